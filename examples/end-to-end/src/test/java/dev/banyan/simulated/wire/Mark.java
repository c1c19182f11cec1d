package dev.banyan.simulated.wire;

/** What an engine writes under a fence: the fence, itself, and how many such writes there were. */
record Mark(long fence, String writer, long number) {
    /** Nothing was written yet. */
    static final Mark NONE = new Mark(0, "", 0);

    static Mark of(String text) {
        var parts = text.split(" ", 3);
        return new Mark(Long.parseLong(parts[0]), parts[1], Long.parseLong(parts[2]));
    }

    @Override
    public String toString() {
        return fence + " " + writer + " " + number;
    }
}
