/** The course of values as one small line. Pure. */

/** Points drawn: more could not be told apart. */
const POINTS = 60;
const WIDTH = 100;
const HEIGHT = 24;
/** Room above and below the line. */
const MARGIN = 2;

/** The highest of each bunch, so that a short peak stays seen. */
function thin(values: readonly (number | null)[]): (number | null)[] {
  if (values.length <= POINTS) return [...values];
  return Array.from({ length: POINTS }, (_, at) => {
    const bunch = values
      .slice(Math.floor((at * values.length) / POINTS), Math.floor(((at + 1) * values.length) / POINTS))
      .filter((value) => value !== null);
    return bunch.length === 0 ? null : Math.max(...bunch);
  });
}

/** The path of an SVG 100 by 24, zero at its foot; a null breaks the line. Empty for less than two values. */
export function sparkPath(values: readonly (number | null)[]): string {
  const points = thin(values);
  const known = points.filter((value) => value !== null);
  if (known.length < 2) return '';
  const top = Math.max(...known, Number.EPSILON);
  const step = WIDTH / (points.length - 1);
  let path = '';
  let isDrawing = false;
  points.forEach((value, at) => {
    if (value !== null) {
      const y = HEIGHT - MARGIN - ((HEIGHT - 2 * MARGIN) * Math.max(0, value)) / top;
      path += `${isDrawing ? 'L' : 'M'}${(at * step).toFixed(1)} ${y.toFixed(1)}`;
    }
    isDrawing = value !== null;
  });
  return path;
}
