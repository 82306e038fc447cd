/** A project as the Langfuse API shows it: `Project` of the contract's Appendix A. */
export const projectBody = (
  project: { id: string; name: string; metadata: Record<string, unknown>; retentionDays: number | null },
  organisation: { id: string; name: string },
) => ({
  id: project.id,
  name: project.name,
  organization: { id: organisation.id, name: organisation.name },
  metadata: project.metadata,
  // What is kept for ever has no days.
  ...(project.retentionDays === null ? {} : { retentionDays: project.retentionDays }),
});

/** `OrganizationProject`. */
export const organisationProjectBody = (project: {
  id: string;
  name: string;
  metadata: Record<string, unknown>;
  createdAt: Date;
  updatedAt: Date;
}) => ({
  id: project.id,
  name: project.name,
  metadata: project.metadata,
  createdAt: project.createdAt.toISOString(),
  updatedAt: project.updatedAt.toISOString(),
});
