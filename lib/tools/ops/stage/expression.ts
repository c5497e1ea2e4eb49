import jsep from 'jsep';

export type Value = number | undefined;

/**
 * CloudWatch has no data where a division by zero stands, or where nothing is compared, and nothing follows from no
 * data.
 */
const known = (value: Value): Value => (Number.isFinite(value) ? value : undefined);

/**
 * What the alarms' metric math uses (CloudWatch user guide, using-metric-math). What is not here is refused, not
 * guessed.
 */
const FUNCTIONS: Readonly<Record<string, (...values: Value[]) => Value>> = {
  IF: (condition, yes, no) => (condition === undefined ? undefined : condition === 0 ? no : yes),
  FILL: (value, filling) => value ?? filling,
  MAX: (...values) => known(Math.max(...values.filter((value) => value !== undefined))),
  MIN: (...values) => known(Math.min(...values.filter((value) => value !== undefined))),
};

const OPERATORS: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '<': (a, b) => Number(a < b),
  '<=': (a, b) => Number(a <= b),
  '>': (a, b) => Number(a > b),
  '>=': (a, b) => Number(a >= b),
  '==': (a, b) => Number(a === b),
  AND: (a, b) => Number(a !== 0 && b !== 0),
  OR: (a, b) => Number(a !== 0 || b !== 0),
};
jsep.addBinaryOp('AND', 2);
jsep.addBinaryOp('OR', 1);

/** An alarm evaluates its expression once a period: what is parsed stays parsed. */
const parsedOnce = new Map<string, jsep.Expression>();

/**
 * Evaluates metric math for one period.
 * @param values of the metrics by their ids; undefined where there are no data, and then so is the result.
 * @throws Error on what it doesn't know
 */
export function evaluateExpression(expression: string, values: Readonly<Record<string, Value>>): Value {
  const parsed = parsedOnce.get(expression) ?? jsep(expression);
  parsedOnce.set(expression, parsed);
  return evaluate(parsed, values, expression);
}

/** Several metrics are written as a list, MAX([a, b]); of one value each it is the same as without. */
function argumentsOf({ arguments: all }: jsep.CallExpression, whole: string): jsep.Expression[] {
  const [first] = all;
  if (all.length !== 1 || first?.type !== 'ArrayExpression') return all;
  return (first as jsep.ArrayExpression).elements.map((element) => {
    if (element === null) throw new Error(`A list in ${whole} has a gap.`);
    return element;
  });
}

function evaluate(node: jsep.Expression, values: Readonly<Record<string, Value>>, whole: string): Value {
  const each = node as jsep.CoreExpression;
  switch (each.type) {
    case 'Literal':
      return Number(each.value);
    case 'Identifier':
      if (!(each.name in values)) throw new Error(`"${each.name}" is no metric of the expression ${whole}`);
      return values[each.name];
    case 'UnaryExpression': {
      if (each.operator !== '-') throw new Error(`The operator ${each.operator} of ${whole} is not known.`);
      const value = evaluate(each.argument, values, whole);
      return value === undefined ? undefined : -value;
    }
    case 'BinaryExpression': {
      const operator = OPERATORS[each.operator];
      if (operator === undefined) throw new Error(`The operator ${each.operator} of ${whole} is not known.`);
      const [left, right] = [evaluate(each.left, values, whole), evaluate(each.right, values, whole)];
      return left === undefined || right === undefined ? undefined : known(operator(left, right));
    }
    case 'CallExpression': {
      const { name } = each.callee as jsep.Identifier;
      const call = FUNCTIONS[name];
      if (call === undefined) throw new Error(`The function ${name} of ${whole} is not known.`);
      return call(...argumentsOf(each, whole).map((argument) => evaluate(argument, values, whole)));
    }
    default:
      throw new Error(`"${each.type}" in ${whole} is not known.`);
  }
}
