package dev.banyan.runtime.simulation.disk;

/** An operation that the model of a disk does not have. */
final class NotSimulated extends UnsupportedOperationException {
    private static final long serialVersionUID = 1L;

    NotSimulated(String operation) {
        super("the simulated disk does not have: " + operation);
    }
}
