/** Thrown by an action where what it asked for may have been done: nobody should do it again without looking. */
export class Unknown extends Error {}
