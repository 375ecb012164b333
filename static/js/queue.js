/** What the queue's page runs beside main.js. */
import "elements/claim-lease";
import "elements/decision-form";
import "elements/key-commands";
import "elements/moderation-queue";
import "elements/veiled-text";
