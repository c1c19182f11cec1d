package dev.banyan.simulated.world;

/** What may happen right before and right after a deed. Neither method returns when it does. */
interface Deaths {
    void before();

    void after();
}
