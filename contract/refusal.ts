/**
 * Facts beside the message of a refused change of evaluators, rules and dashboards, as our own API shows them in `details`; the
 * unstable part of the Langfuse API takes its code and its details from them (contract §1.18, Appendix A `u_PublicApiError`).
 */
export interface Refusal {
  reason:
    | 'invalid_request'
    | 'invalid_body'
    | 'invalid_filter_value'
    | 'invalid_json_path'
    | 'invalid_variable_mapping'
    | 'missing_variable_mapping'
    | 'duplicate_variable_mapping'
    | 'resource_not_found'
    | 'name_conflict'
    | 'evaluator_preflight_failed'
    | 'conflict';
  /** What breaks which field of the body. */
  issues?: { code: string; message: string; path: (string | number)[] }[];
  field?: string;
  column?: string;
  invalidValues?: string[];
  allowedValues?: string[];
  variable?: string;
  variables?: string[];
  value?: string;
  evaluatorName?: string;
  provider?: string;
  model?: string;
}
