// To be imported before the functions, which read their deadlines when they are loaded: for tests in which a dependency
// says nothing, and a function waits in vain.
process.env.DEADLINE_FACTOR = '3';
