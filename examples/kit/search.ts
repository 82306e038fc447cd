export interface Document {
  id: string;
  title: string;
  text: string;
}

export interface Hit {
  id: string;
  title: string;
  text: string;
  score: number;
}

function cosine(a: number[], b: number[]): number {
  let dot = 0;
  let lengthA = 0;
  let lengthB = 0;
  for (let i = 0; i < a.length; i += 1) {
    dot += a[i]! * b[i]!;
    lengthA += a[i]! ** 2;
    lengthB += b[i]! ** 2;
  }
  return dot / (Math.sqrt(lengthA * lengthB) || 1);
}

/** The documents nearest to a vector, best first. */
export function nearest(documents: readonly Document[], vectors: readonly number[][], query: number[], limit: number): Hit[] {
  return documents
    .map((document, i) => ({ ...document, score: Math.round(cosine(vectors[i]!, query) * 1000) / 1000 }))
    .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
    .slice(0, limit);
}
