package dev.banyan.runtime.simulation.junit;

import dev.banyan.runtime.simulation.fault.FaultKind;
import dev.banyan.runtime.simulation.fault.ProcessFaults;
import dev.banyan.runtime.simulation.fault.StoreFaults;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/** Says what may go wrong in a {@link SimulationTest}. Has a constructor without arguments. */
@FunctionalInterface
public interface FaultSource {
    /** The kinds of fault of which each seed draws some. */
    Collection<FaultKind> kinds();

    /** What the library's own models know: faults of stores and of processes. */
    final class Usual implements FaultSource {
        /** Made for each test. */
        public Usual() {}

        @Override
        public Collection<FaultKind> kinds() {
            return Stream.concat(StoreFaults.ALL.stream(), ProcessFaults.ALL.stream())
                    .toList();
        }
    }

    /** Nothing goes wrong; seeds decide the order of things alone. */
    final class Nothing implements FaultSource {
        /** Made for each test. */
        public Nothing() {}

        @Override
        public Collection<FaultKind> kinds() {
            return List.of();
        }
    }
}
