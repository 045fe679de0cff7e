// What a first attempt at a log view does: every line becomes state of its own, and Ink draws the last ones.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { Box, render, Text } from 'ink';
import { createElement, useEffect, useState } from 'react';

const file = process.argv[2] ?? '';

function Log() {
	const [lines, setLines] = useState(/** @type {readonly string[]} */ ([]));
	useEffect(() => {
		const tail = spawn('tail', ['-n', '+1', '-F', file], { stdio: ['ignore', 'pipe', 'ignore'] });
		createInterface({ input: tail.stdout }).on('line', (line) => {
			const { level, time, msg } = JSON.parse(line);
			setLines((before) => [...before, `${time} ${level} ${msg}`].slice(-1000));
		});
		return () => void tail.kill();
	}, []);
	const rows = lines.slice(-25).map((text, index) => createElement(Text, { key: index }, text));
	return createElement(Box, { flexDirection: 'column', borderStyle: 'single' }, ...rows);
}

render(createElement(Log));
