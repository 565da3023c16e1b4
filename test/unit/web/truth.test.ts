import { readingOf } from '../../support/markup-reader.ts';
import { everyPage } from '../../support/page-samples.ts';

const reading = (name: string) => readingOf(everyPage()[name]?.html ?? '');

describe('what a page says of the work', () => {
  it('R47 right after the last vote: recorded, and being told, not done', () => {
    const said = reading('recorded-settled');
    expect(said).toContain('Recorded: you approved.');
    expect(said).toContain('It has not taken the answer yet');
    expect(said).not.toMatch(/\b(succeeded|finished|completed|is done)\b/i);
  });

  it('R47 after a vote that was not the last: still open, and who is missing', () => {
    const said = reading('recorded-counted');
    expect(said).toContain('Waiting for a decision');
    expect(said).toContain('1 of 2 approved. It needs both approvers.');
    expect(said).toContain('Carol Jones carol@example.com asked, has not answered yet');
  });

  it('R47 W9 where nothing was there to be told: nothing ran', () => {
    expect(reading('status-gone')).toContain('nothing ran because of this decision');
  });

  it('R47 where it was told: told, and no more', () => {
    expect(reading('status-told')).toContain('has been told to go on. How it then went is not known here.');
  });
});
