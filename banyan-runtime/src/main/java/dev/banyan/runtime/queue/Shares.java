package dev.banyan.runtime.queue;

/**
 * How many of each round's takes a lane gets while all have due keys. What one lane does not need the others use, the more urgent first.
 *
 * @param fresh 1 to 100
 * @param retry 1 to 100
 * @param initial 1 to 100
 * @param resync 1 to 100
 */
public record Shares(int fresh, int retry, int initial, int resync) {
    /** Two of three takes for what changed; a flood at a start slows changes by a third and never stops them. */
    public static final Shares STANDARD = new Shares(8, 2, 1, 1);

    private static final int SHARE_MAX = 100;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException when a share is not 1 to 100
     */
    public Shares {
        for (int share : new int[] {fresh, retry, initial, resync}) {
            if (share < 1 || share > SHARE_MAX) {
                throw new IllegalArgumentException("a lane's share is 1 to " + SHARE_MAX + ", not " + share
                        + "; a lane without a share would never be served");
            }
        }
    }

    /** The share of one lane. */
    public int of(Lane lane) {
        return switch (lane) {
            case FRESH -> fresh;
            case RETRY -> retry;
            case INITIAL -> initial;
            case RESYNC -> resync;
        };
    }

    /** Takes in a round. */
    public int total() {
        return fresh + retry + initial + resync;
    }
}
