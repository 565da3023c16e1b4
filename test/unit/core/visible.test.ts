import fc from 'fast-check';
import { beginning, shortLine, visible, visibleLine } from '../../../core/visible.ts';

const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u;

describe('text made visible', () => {
  it.each([
    ['a bidi override', 'a\u202Eb', 'a⟦U+202E⟧b'],
    ['isolates', '\u2066a\u2069', '⟦U+2066⟧a⟦U+2069⟧'],
    ['zero width', 'pro\u200Bd', 'pro⟦U+200B⟧d'],
    ['a byte order mark', '\uFEFFa', '⟦U+FEFF⟧a'],
    ['a soft hyphen', 'a\u00ADb', 'a⟦U+00AD⟧b'],
    ['a tag character', 'a\u{E0041}', 'a⟦U+E0041⟧'],
    ['a blank letter', 'a\u3164b', 'a⟦U+3164⟧b'],
    ['an escape sequence', '\u001B[31m', '⟦U+001B⟧[31m'],
    ['a lone surrogate', 'a\uD800', 'a⟦U+D800⟧'],
    ['a variation of a digit', '1\uFE0F2', '1⟦U+FE0F⟧2'],
    ['a lone carriage return', 'a\rb', 'a⟦U+000D⟧b'],
  ])('R29 names %s in its place', (_, text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  it.each(['naïve café', '👩‍👩‍👧 ❤️ 👍🏽 1️⃣ 🇩🇪', 'می‌خواهم', 'क्‍ष', 'e\u0301', 'two\nlines\tand a tab', '中文 שלום'])(
    'leaves %s as it is',
    (text) => {
      expect(visible(text)).toBe(text);
    },
  );

  it('R29 has no character among those let through unlooked at that another text would name', () => {
    for (let code = 0; code <= 0xffff; code++) {
      const character = String.fromCharCode(code);
      // An emoji beside it makes the whole text be looked at.
      expect([code, visible(`${character} 😀`)]).toEqual([code, `${visible(character)} 😀`]);
    }
  });

  it('R29 counts a long run instead of naming all of it', () => {
    expect(visible('\u200B'.repeat(1000))).toBe(
      `⟦${Array.from({ length: 8 }, () => 'U+200B').join(' ')} and 992 more unseen characters⟧`,
    );
  });

  it('R29 counts marks piled on one letter', () => {
    expect(visible(`e${'\u0301'.repeat(50)}!`)).toBe(`e${'\u0301'.repeat(4)}⟦46 more marks⟧!`);
  });

  it('R29 leaves nothing unseen, whatever the text (property)', () => {
    const text = fc.string({
      unit: fc.oneof(
        fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
        fc.constantFrom('\u200D', '\u202E', '\uFE0F', '\r\n', '\u0000', '😀'),
      ),
    });
    fc.assert(
      fc.property(text, (given) => {
        const left = visibleLine(given).replace(
          /(?<=\p{Extended_Pictographic}[\uFE0F\p{Emoji_Modifier}]?)\u200D|[\p{L}\p{M}][\u200C\u200D]/gu,
          '',
        );
        expect(left).not.toMatch(unseen);
        expect(visibleLine(given)).not.toMatch(/[\n\t\r]/);
      }),
    );
  });

  it('cuts between characters and says how many are left', () => {
    expect(beginning('😀'.repeat(10), 3)).toEqual({ text: '😀😀😀', left: 7 });
    expect(beginning('abc', 3)).toEqual({ text: 'abc', left: 0 });
    expect(shortLine('a\nbcdef', 3)).toBe('a⟦U+000A⟧b…');
  });
});
