import { z } from 'zod';
import { COMMENT_OBJECT_TYPES, createCommentInput } from '../../../../contract/comment.ts';
import type { Comments } from '../../../domains/comments/index.ts';
import { id, paged, pageFields } from '../fields.ts';
import { type Tool, tool } from '../tool.ts';

const objectType = z.enum(COMMENT_OBJECT_TYPES);

/** Comments beside traces, observations, sessions and versions of prompts (contract §1.15, §6). */
export function commentTools(comments: Comments): Tool[] {
  return [
    tool({
      name: 'createComment',
      description: 'Write a comment beside a trace, an observation, a session or a version of a prompt.',
      effect: 'adds',
      input: z.object({
        content: z.string().min(1).max(5000).describe('Markdown.'),
        objectId: z
          .string()
          .min(1)
          .describe('Id of what the comment is about; of a prompt: the id of one version, not its name.'),
        objectType,
        authorUserId: z.string().optional().describe('Who says it: a member of the project.'),
      }),
      run: (input, { projectId }) => comments.create(projectId, createCommentInput.parse({ ...input, projectId })),
    }),
    tool({
      name: 'getComment',
      description: 'Get one comment.',
      effect: 'reads',
      input: z.object({ commentId: id('comment') }),
      run: ({ commentId }, { projectId }) => comments.get(projectId, commentId),
    }),
    tool({
      name: 'listComments',
      description: 'List comments, newest first.',
      effect: 'reads',
      input: z.object({
        objectType: objectType.optional().describe('Only comments on objects of this type.'),
        objectId: z.string().optional().describe('Only comments on this object; needs objectType.'),
        authorUserId: z.string().optional().describe('Only those of this person.'),
        ...pageFields,
      }),
      async run({ page, limit, ...filter }, { projectId }) {
        const { data, totalItems } = await comments.list(projectId, filter, page, limit);
        return paged(data, { page, limit }, totalItems);
      },
    }),
  ];
}
