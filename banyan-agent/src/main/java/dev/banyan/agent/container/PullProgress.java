package dev.banyan.agent.container;

/**
 * How far an image is on its way.
 *
 * @param bytesDone from 0 to {@code bytesTotal}
 * @param bytesTotal compressed size of all layers, from 1
 * @param layersDone those that are whole, from 0 to {@code layers}
 * @param layers from 1
 */
public record PullProgress(long bytesDone, long bytesTotal, int layersDone, int layers) {
    public PullProgress {
        if (bytesTotal < 1 || bytesDone < 0 || bytesDone > bytesTotal) {
            throw new IllegalArgumentException("no such share: " + bytesDone + " of " + bytesTotal + " bytes");
        }
        if (layers < 1 || layersDone < 0 || layersDone > layers) {
            throw new IllegalArgumentException("no such share: " + layersDone + " of " + layers + " layers");
        }
    }

    /** From 0 to 100, rounded down: 100 is all of it. */
    public int percent() {
        return (int) (100.0 * bytesDone / bytesTotal);
    }
}
