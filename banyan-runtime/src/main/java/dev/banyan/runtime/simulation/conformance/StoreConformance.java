package dev.banyan.runtime.simulation.conformance;

import java.util.ArrayList;
import java.util.List;

/** All cases of the contract of stores. */
public final class StoreConformance {
    private StoreConformance() {}

    /** What a case does; it throws {@link AssertionError} where the store breaks the contract. */
    @FunctionalInterface
    public interface Body {
        /** Plays the case; throws what shows that the store breaks the contract. */
        void run(StoreFixture fixture) throws Exception;
    }

    /** One promise, as a sentence, and its examination. Each wants a fresh fixture. */
    public record Case(String name, Body body) {}

    /** Every case, in the order in which a new store is best made to pass them. */
    public static List<Case> all() {
        var cases = new ArrayList<Case>();
        cases.addAll(CreateCases.all());
        cases.addAll(UpdateCases.all());
        cases.addAll(StatusCases.all());
        cases.addAll(DeleteCases.all());
        cases.addAll(PreconditionCases.all());
        cases.addAll(LimitCases.all());
        cases.addAll(ReadCases.all());
        cases.addAll(WatchCases.all());
        cases.addAll(ResumeCases.all());
        cases.addAll(ConcurrencyCases.all());
        return List.copyOf(cases);
    }
}
