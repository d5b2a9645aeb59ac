import { IconPhoto } from '@tabler/icons-react';
import { useState } from 'react';

/** The small picture of a resource; a quiet place holder where there is none (yet). Decorative: the name stands beside it. */
export function Preview({ src }: { src: string | null }) {
  const [broken, setBroken] = useState<string | null>(null);
  return (
    <div className="app-preview">
      {src === null || broken === src ? (
        <IconPhoto size={30} stroke={1.3} aria-hidden />
      ) : (
        <img src={src} alt="" loading="lazy" decoding="async" onError={() => setBroken(src)} />
      )}
    </div>
  );
}
