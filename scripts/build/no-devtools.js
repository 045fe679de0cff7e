// Stands for react-devtools-core, which Ink imports only with DEV=true: a bundle is never that.
export const connectToDevTools = () => {};
export const initialize = () => {};
export default { connectToDevTools, initialize };
