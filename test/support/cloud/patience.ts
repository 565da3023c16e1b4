// Cloud tests wait for streams, timers and a browser: far longer than what jest allows by itself.
jest.setTimeout(60_000);
