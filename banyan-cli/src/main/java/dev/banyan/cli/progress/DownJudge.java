package dev.banyan.cli.progress;

import java.util.Optional;

/** Waits until an incarnation of an app is gone. */
public final class DownJudge implements Judge {
    private final String uid;
    private final long atLeast;

    /**
     * Follows a removal.
     *
     * @param uid of the deployment; another one under the same name is none of ours
     * @param atLeast revision of the removal; older states say nothing
     */
    public DownJudge(String uid, long atLeast) {
        this.uid = uid;
        this.atLeast = atLeast;
    }

    @Override
    public Optional<Ending> step(AppState state, long nowNanos) {
        boolean there =
                state.deployment().filter(found -> found.uid().equals(uid)).isPresent();
        return state.revision() >= atLeast && !there ? Optional.of(new Ending.Gone()) : Optional.empty();
    }
}
