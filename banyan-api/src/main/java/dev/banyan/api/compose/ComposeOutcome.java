package dev.banyan.api.compose;

import dev.banyan.api.compose.content.Content;
import dev.banyan.api.compose.project.Project;
import dev.banyan.api.source.Diagnostic;
import dev.banyan.api.v1.Manifest;
import java.util.List;

/** What became of a Compose project. */
public sealed interface ComposeOutcome {
    /**
     * It is right.
     *
     * @param project from which the manifest was made
     * @param contents that the manifest names: the cluster gets them before it
     * @param locations where each field of the manifest stands in the files
     * @param warnings what may be a mistake, such as a variable that is not set
     */
    record Loaded(
            Manifest manifest, Project project, List<Content> contents, Locations locations, List<Diagnostic> warnings)
            implements ComposeOutcome {
        public Loaded {
            contents = List.copyOf(contents);
            warnings = List.copyOf(warnings);
        }
    }

    /** There is no file that could be read; the reasons say where it was looked for. */
    record Absent(List<Diagnostic> reasons) implements ComposeOutcome {
        public Absent {
            reasons = List.copyOf(reasons);
        }
    }

    /** It is wrong; every reason is there, in the order of the files. */
    record Refused(List<Diagnostic> reasons, List<Diagnostic> warnings) implements ComposeOutcome {
        public Refused {
            reasons = List.copyOf(reasons);
            warnings = List.copyOf(warnings);
        }
    }
}
