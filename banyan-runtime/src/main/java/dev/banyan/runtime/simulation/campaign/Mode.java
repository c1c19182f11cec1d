package dev.banyan.runtime.simulation.campaign;

/** What a run proves. */
public enum Mode {
    /** Anything goes wrong anywhere until the end; only invariants are looked at. */
    SAFETY,
    /** After a while a part of the world that is large enough to work is healed and the rest stays as it is: it must settle. */
    LIVENESS,
    /** Nothing goes wrong: how it should be. */
    CALM
}
