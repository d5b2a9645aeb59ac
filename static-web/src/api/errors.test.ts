import { expect, test } from 'vitest';
import { parseApiError } from './errors';

test.each([
  [
    400,
    '{"non_field_errors":["Unable to log in with provided credentials."]}',
    'Unable to log in with provided credentials.',
    {},
  ],
  [403, '{"detail":"CSRF Failed: CSRF token missing."}', 'CSRF Failed: CSRF token missing.', {}],
  [400, '["filter: \'foo\' term is not supported"]', "filter: 'foo' term is not supported", {}],
  [409, '"Request is being processed"', 'Request is being processed', {}],
  [404, 'There is no request with specified id', 'There is no request with specified id', {}],
  [
    400,
    '{"name":["This field may not be blank."]}',
    'This field may not be blank.',
    { name: 'This field may not be blank.' },
  ],
  [502, '<html>Bad gateway</html>', 'The server answered 502.', {}],
  [404, '', 'This does not exist, or you have no access to it.', {}],
])('%i %s', (status, body, message, fields) => {
  const error = parseApiError(status, body);
  expect(error.message).toBe(message);
  expect(error.fields).toEqual(fields);
});

test('errors inside lists keep the place', () => {
  const error = parseApiError(400, '{"labels":[{},{"name":["This field may not be blank."]}]}');
  expect(error.fields).toEqual({ 'labels.1.name': 'This field may not be blank.' });
});
