// Reads how many tests passed and failed from what the test runners print at their end.

const endings = [
  // cargo nextest: "Summary [  1.2s] 10 tests run: 9 passed (1 slow), 1 failed, 2 skipped"
  { passed: /^\s*Summary \[.*?(\d+) passed/gm, failed: /^\s*Summary \[.*?(\d+) (?:failed|timed out)/gm },
  // cargo test: "test result: ok. 3 passed; 0 failed; 0 ignored"
  { passed: /^test result: .*?(\d+) passed/gm, failed: /^test result: .*?(\d+) failed/gm },
  // vitest: "      Tests  1 failed | 12 passed (13)"
  { passed: /^\s*Tests\s.*?(\d+) passed/gm, failed: /^\s*Tests\s.*?(\d+) failed/gm },
  // node --test: "ℹ pass 5"
  { passed: /^[ℹ#] pass (\d+)/gm, failed: /^[ℹ#] (?:fail|cancelled) (\d+)/gm },
];

/** Adds up all endings found in `output`. */
export function countTests(output) {
  const plain = output.replace(/\x1b\[[0-9;]*m/g, '');
  const sum = (pattern) => [...plain.matchAll(pattern)].reduce((total, [, number]) => total + Number(number), 0);
  return endings.reduce(
    (total, { passed, failed }) => ({ passed: total.passed + sum(passed), failed: total.failed + sum(failed) }),
    { passed: 0, failed: 0 },
  );
}
