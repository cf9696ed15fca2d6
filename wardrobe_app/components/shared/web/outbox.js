// Sends events, and with each those before it that are not yet known to be handled: a message can get lost.
function outbox() {
    return {
        last: 0,
        waiting: [],
        post: null,
        send(name, value) {
            this.last += 1;
            this.waiting.push({ number: this.last, name, value });
            this.post?.("sent", this.waiting);
            return this.last;
        },
        heard(handled) {
            this.waiting = this.waiting.filter((one) => one.number > handled);
        },
    };
}
