import type { Refusal } from '../../contract/refusal.ts';
import { AppError } from './errors.ts';

const STATUS: Record<Refusal['reason'], [status: number, code: string]> = {
  invalid_request: [400, 'InvalidRequestError'],
  invalid_body: [400, 'InvalidRequestError'],
  invalid_filter_value: [400, 'InvalidRequestError'],
  invalid_json_path: [400, 'InvalidRequestError'],
  invalid_variable_mapping: [400, 'InvalidRequestError'],
  missing_variable_mapping: [400, 'InvalidRequestError'],
  duplicate_variable_mapping: [400, 'InvalidRequestError'],
  resource_not_found: [404, 'LangfuseNotFoundError'],
  name_conflict: [409, 'LangfuseConflictError'],
  conflict: [409, 'LangfuseConflictError'],
  evaluator_preflight_failed: [422, 'UnprocessableContentError'],
};

/** An error whose details say for programs why something was refused: contract §1.18, Appendix A `u_PublicApiError`. */
export function refuse(message: string, refusal: Refusal): AppError {
  const [status, code] = STATUS[refusal.reason];
  return new AppError(status, code, message, { details: refusal });
}
