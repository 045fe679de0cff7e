import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { composeSyntaxProblem } from '../../source/stacks/compose-syntax.ts';
import { readPlainYaml } from '../../source/stacks/plain-yaml.ts';

const usual = `# the usual
name: app
services:
  web:
    image: "nginx:1.27"
    restart: unless-stopped
    command: ["sh", '-c', "sleep 1"]
    environment:
      - TZ=Europe/Berlin
      - URL=http://db:5432/x?a=b#c
    ports:
    - 8080:80
    - "9090:9090"
    labels:
      traefik.http.routers.web.rule: Host(\`a.example.com\`)
    deploy: {}
    configs:
      - source: one
        target: /etc/one
  db:
    image: postgres:17  # pinned
    entrypoint: |
      echo "a: [b"
        exec x
    volumes:
      -
        type: volume
        source: data
volumes:
  data:
`;

test.each([
	['what is usual', usual],
	['an empty file', ''],
	['an anchor and a merge', 'x-a: &a\n  b: c\nservices:\n  web:\n    <<: *a\n    image: y\n'],
	['a mapping on one line', 'services: {web: {image: a}}\n'],
	['Windows line ends', usual.replaceAll('\n', '\r\n')],
	['a tag of Compose', 'services:\n  web:\n    ports: !reset []\n'],
	['two documents', 'services:\n  a:\n    image: x\n---\nservices:\n  b:\n    image: y\n'],
])('F7: %s can be read', async (name, text) => {
	expect(await composeSyntaxProblem(name, text)).toBeUndefined();
});

test.each([
	['a wrong indentation', 'services:\n  web:\n    image: x\n   restart: no\n', /column/],
	['an open quote', 'services:\n  web:\n    image: "x\n', /closing/],
	['a tab', 'services:\n\tweb:\n', /[Tt]ab/],
	['services that are a word', 'services: foo\n', /services is not a mapping/],
	['services that are a list', 'services:\n  - web\n', /services is not a mapping/],
	['a service that is a word', 'services:\n  web: x\n', /services\.web is not a mapping/],
	['a mistyped key', 'service:\n  web:\n    image: x\n', /service is not known/],
	['a key twice', 'services:\n  web:\n    image: a\n    image: b\n', /unique/],
	['a colon too many', 'services:\n  web:\n    image: a: b\n', /mappings/],
	['a list', '- a\n- b\n', /not a mapping/],
	['an open bracket', 'services:\n  web:\n    command: [a, b\n', /\]/],
	['a merge conflict', '<<<<<<< HEAD\nservices:\n  web:\n    image: a\n=======\n', /./],
	['a forgotten colon', 'services:\n  web\n    image: x\n', /./],
])('F7: %s cannot be read, and it is said why', async (name, text, reason) => {
	expect(await composeSyntaxProblem(name, text)).toMatch(reason);
});

test('the file is looked at again when it changed', async () => {
	expect(await composeSyntaxProblem('/s/compose.yaml', 'services: x\n')).toBeDefined();
	expect(await composeSyntaxProblem('/s/compose.yaml', usual)).toBeUndefined();
});

test('what the quick look takes for whole, a parser does too', () => {
	expect(readPlainYaml(usual, () => {})).toBe(true);
	let seed = 7;
	const random = (below: number) => {
		seed = (seed * 48_271) % 2_147_483_647;
		return seed % below;
	};
	const signs = [
		' ',
		'  ',
		'\n',
		'"',
		"'",
		':',
		': ',
		'-',
		'- ',
		'#',
		' #',
		'[',
		']',
		'{',
		'}',
		',',
		'&',
		'*',
		'|',
		'>',
		'\t',
		'%',
		'@',
		'!',
		'?',
		'a',
	];
	let plain = 0;
	for (let round = 0; round < 4000; round += 1) {
		let text = usual;
		for (let change = random(3); change >= 0; change -= 1) {
			const at = random(text.length);
			const sign = signs[random(signs.length)] as string;
			text = text.slice(0, at) + (random(2) === 0 ? sign : '') + text.slice(at + random(3));
		}
		const keys: string[] = [];
		if (!readPlainYaml(text, (path, key) => path === '' && keys.push(key))) continue;
		plain += 1;
		const documents = parseAllDocuments(text, { merge: true, logLevel: 'silent' });
		const list = Array.isArray(documents) ? documents : [];
		expect(
			list.flatMap(({ errors }) => errors.map(({ message }) => message)),
			text,
		).toEqual([]);
		expect(Object.keys((list[0]?.toJS() ?? {}) as object).toSorted(), text).toEqual(keys.toSorted());
	}
	expect(plain).toBeGreaterThan(500);
});
