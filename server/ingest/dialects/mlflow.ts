import { hit, type InputOutput, type IoSource } from './span.ts';

/** MLflow's tracing. Contract §3.5, rule 12. */
export const mlflowIo = ({ attributes }: IoSource): InputOutput | undefined =>
  hit(attributes.get('mlflow.spanInputs'), attributes.get('mlflow.spanOutputs'));
