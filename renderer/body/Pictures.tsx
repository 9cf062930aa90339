/** Bodies that browsers draw or play: pictures with zoom and facts, sound, films, fonts. */
import { useEffect, useState, type JSX } from 'react';
import { useTexts } from '../i18n/index.ts';

/** An address for these bytes while they are shown. */
function useBlobUrl(bytes: Uint8Array, type: string): string | null {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([new Uint8Array(bytes)], { type }));
    const timer = setTimeout(() => setUrl(made), 0);
    return () => {
      clearTimeout(timer);
      URL.revokeObjectURL(made);
    };
  }, [bytes, type]);
  return url;
}

const ZOOMS = [25, 50, 100, 200, 400, 800] as const;
/** A picture is drawn no wider and no higher than this, px. */
const SIDE_MAX = 16_000;

export function ImageBody({ bytes, type }: { bytes: Uint8Array; type: string }): JSX.Element {
  const b = useTexts().detail.body_;
  const url = useBlobUrl(bytes, type);
  const [size, setSize] = useState<{ width: number; height: number } | 'none' | null>(null);
  /** Percent; null fits the picture into the view. */
  const [zoom, setZoom] = useState<number | null>(null);
  const known = size === 'none' ? null : size;
  const allowed =
    known === null ? [] : ZOOMS.filter((one) => (Math.max(known.width, known.height) * one) / 100 <= SIDE_MAX);
  const step = (by: 1 | -1): void => {
    const from = zoom ?? 100;
    const next = by > 0 ? allowed.find((one) => one > from) : allowed.filter((one) => one < from).at(-1);
    if (next !== undefined) setZoom(next);
  };
  return (
    <figure className="image-body">
      <figcaption>
        <span className="faint">
          {size === 'none' ? b.noPicture : known === null ? '' : `${known.width} × ${known.height}`}
        </span>
        {known !== null && (
          <span className="segmented" role="group" aria-label={b.zoom}>
            <button type="button" aria-pressed={zoom === null} onClick={() => setZoom(null)}>
              {b.fit}
            </button>
            <button type="button" aria-label={b.smaller} title={b.smaller} onClick={() => step(-1)}>
              −
            </button>
            <button type="button" aria-pressed={zoom === 100} onClick={() => setZoom(100)}>
              {zoom ?? 100} %
            </button>
            <button type="button" aria-label={b.larger} title={b.larger} onClick={() => step(1)}>
              +
            </button>
          </span>
        )}
      </figcaption>
      <div
        className={`image-place ${zoom === null ? 'fits' : ''}`}
        tabIndex={0}
        role="region"
        aria-label={b.modes.image}
      >
        {url !== null && (
          <img
            src={url}
            alt=""
            {...(zoom !== null && known !== null && { width: Math.round((known.width * zoom) / 100) })}
            onLoad={({ currentTarget: { naturalWidth: width, naturalHeight: height } }) => setSize({ width, height })}
            onError={() => setSize('none')}
          />
        )}
      </div>
    </figure>
  );
}

export function MediaBody({ bytes, type }: { bytes: Uint8Array; type: string }): JSX.Element {
  const b = useTexts().detail.body_;
  const url = useBlobUrl(bytes, type);
  const [broken, setBroken] = useState(false);
  const shared = { controls: true, 'aria-label': b.modes.media, onError: () => setBroken(true) };
  return (
    <div className="media-body">
      {url !== null && (type.startsWith('video/') ? <video src={url} {...shared} /> : <audio src={url} {...shared} />)}
      {broken && <p className="faint">{b.noMedia}</p>}
    </div>
  );
}

let lastFont = 0;
const SIZES = [14, 22, 36] as const;

export function FontBody({ bytes }: { bytes: Uint8Array }): JSX.Element {
  const b = useTexts().detail.body_;
  const [family, setFamily] = useState<{ name: string } | 'none' | null>(null);
  useEffect(() => {
    const name = `body-font-${++lastFont}`;
    const face = new FontFace(name, new Uint8Array(bytes).buffer);
    let current = true;
    face.load().then(
      () => {
        if (!current) return;
        document.fonts.add(face);
        setFamily({ name });
      },
      () => current && setFamily('none'),
    );
    return () => {
      current = false;
      document.fonts.delete(face);
    };
  }, [bytes]);
  if (family === 'none') return <p className="pad faint">{b.noFont}</p>;
  return (
    <div className="font-body" style={family === null ? {} : { fontFamily: family.name }}>
      {SIZES.map((size) => (
        <p key={size} style={{ fontSize: size }}>
          {b.sample}
        </p>
      ))}
    </div>
  );
}
