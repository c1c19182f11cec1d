package dev.banyan.api.compose;

import dev.banyan.api.source.Diagnostic;
import dev.banyan.api.v1.Manifest;
import java.util.List;

/** What became of a Compose file. */
public sealed interface ComposeOutcome {
    /**
     * It is right.
     *
     * @param locations where each field of the manifest stands in the file
     * @param warnings what may be a mistake, such as a variable that is not set
     */
    record Loaded(Manifest manifest, Locations locations, List<Diagnostic> warnings) implements ComposeOutcome {
        public Loaded {
            warnings = List.copyOf(warnings);
        }
    }

    /** It is wrong; every reason is there, in the order of the file. */
    record Refused(List<Diagnostic> reasons, List<Diagnostic> warnings) implements ComposeOutcome {
        public Refused {
            reasons = List.copyOf(reasons);
            warnings = List.copyOf(warnings);
        }
    }
}
