import { render } from 'preact';
import { App } from './app';
import { tick } from './time';
import './style.css';

setInterval(tick, 1000);
render(<App />, document.getElementById('app')!);
