// Pictures that come decoded, for a web view without a decoder: three planes, put together by the graphics card.

/** A picture in planes: brightness, then two colours at half the size. */
export type RawPicture = { width: number; height: number; planes: readonly [Uint8Array, Uint8Array, Uint8Array] };

const VERTEX = `
  attribute vec2 corner;
  varying vec2 at;
  void main() {
    at = vec2(corner.x, 1.0 - corner.y);
    gl_Position = vec4(2.0 * corner - 1.0, 0.0, 1.0);
  }`;

/** ITU-R BT.601 with the range of television, as the encoder makes it. */
const FRAGMENT = `
  precision mediump float;
  varying vec2 at;
  uniform sampler2D bright, blue, red;
  void main() {
    float y = 1.1644 * (texture2D(bright, at).r - 0.0627);
    float u = texture2D(blue, at).r - 0.5;
    float v = texture2D(red, at).r - 0.5;
    gl_FragColor = vec4(y + 1.596 * v, y - 0.3918 * u - 0.813 * v, y + 2.0172 * u, 1.0);
  }`;

/** Whether this web view can put planes together. */
export const canPaint = (): boolean => typeof WebGLRenderingContext === 'function';

/** Width and height, then the planes. Nothing where they do not fit each other. */
export function rawPicture(bytes: ArrayBuffer, offset: number): RawPicture | null {
  if (bytes.byteLength < offset + 4) return null;
  const view = new DataView(bytes);
  const width = view.getUint16(offset, true);
  const height = view.getUint16(offset + 2, true);
  const bright = width * height;
  const colour = bright / 4;
  const start = offset + 4;
  if (bright === 0 || bytes.byteLength !== start + bright + 2 * colour) return null;
  const plane = (from: number, length: number) => new Uint8Array(bytes, start + from, length);
  return {
    width,
    height,
    planes: [plane(0, bright), plane(bright, colour), plane(bright + colour, colour)],
  };
}

const painters = new WeakMap<HTMLCanvasElement, WebGLRenderingContext>();

function shader(gl: WebGLRenderingContext, kind: number, source: string): WebGLShader | null {
  const made = gl.createShader(kind);
  if (made) {
    gl.shaderSource(made, source);
    gl.compileShader(made);
  }
  return made;
}

function prepared(canvas: HTMLCanvasElement): WebGLRenderingContext | null {
  // Kept after drawing: the tests of the real window read it.
  const gl = canvas.getContext('webgl', { alpha: false, preserveDrawingBuffer: true });
  const program = gl?.createProgram();
  if (!gl || !program) return null;
  for (const part of [shader(gl, gl.VERTEX_SHADER, VERTEX), shader(gl, gl.FRAGMENT_SHADER, FRAGMENT)]) {
    if (part) gl.attachShader(program, part);
  }
  gl.linkProgram(program);
  gl.useProgram(program);
  gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
  gl.bufferData(gl.ARRAY_BUFFER, new Float32Array([0, 0, 1, 0, 0, 1, 1, 1]), gl.STATIC_DRAW);
  const corner = gl.getAttribLocation(program, 'corner');
  gl.enableVertexAttribArray(corner);
  gl.vertexAttribPointer(corner, 2, gl.FLOAT, false, 0, 0);
  gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
  ['bright', 'blue', 'red'].forEach((name, unit) => {
    gl.activeTexture(gl.TEXTURE0 + unit);
    gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.LINEAR);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
    gl.uniform1i(gl.getUniformLocation(program, name), unit);
  });
  return gl;
}

/** Draws a picture as large as it is. */
export function paint(canvas: HTMLCanvasElement, { width, height, planes }: RawPicture): void {
  const gl = painters.get(canvas) ?? prepared(canvas);
  if (!gl) return;
  painters.set(canvas, gl);
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  gl.viewport(0, 0, width, height);
  planes.forEach((plane, unit) => {
    const [across, down] = unit === 0 ? [width, height] : [width / 2, height / 2];
    gl.activeTexture(gl.TEXTURE0 + unit);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.LUMINANCE, across, down, 0, gl.LUMINANCE, gl.UNSIGNED_BYTE, plane);
  });
  gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
}
