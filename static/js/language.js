/**
 * The language of the page, in the reader's own variety of it where the browser names one: a page in English
 * writes dates as in en-GB for whoever reads that.
 */

const page = document.documentElement.lang;

export const language = navigator.languages.find((known) => known.split("-")[0] === page) ?? (page || undefined);
