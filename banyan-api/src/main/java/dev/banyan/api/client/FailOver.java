package dev.banyan.api.client;

/** Which of several endpoints is used. Stepped; one caller at a time. */
final class FailOver {
    private final int endpoints;
    private int current;

    FailOver(int endpoints) {
        if (endpoints < 1) {
            throw new IllegalArgumentException("a client needs an endpoint");
        }
        this.endpoints = endpoints;
    }

    int current() {
        return current;
    }

    /** The endpoint did not answer: the next one is used, unless somebody moved on already. */
    void failed(int endpoint) {
        if (endpoint == current) {
            current = (current + 1) % endpoints;
        }
    }
}
