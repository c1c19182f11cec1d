/**
 * Following an app until it is as wanted, or will not be.
 *
 * <p>{@link dev.banyan.cli.progress.AppWatch} keeps informers on one deployment, its tasks and the agents. Each time they move, a
 * {@link dev.banyan.cli.progress.Judge} gets the {@link dev.banyan.cli.progress.AppState} and the monotonic time, and says whether it
 * is over, and how: that is the {@link dev.banyan.cli.progress.Ending}. {@link dev.banyan.cli.progress.Follower} is the loop around
 * both; it calls back for each step, so that something can be shown.
 *
 * <p><b>Guarantees.</b> Judges are stepped and pure but for what they remember; they never act on a state older than the write that
 * they follow. The loop steps at least once a second. <b>Caveats.</b> An app that restarts a few times on its way is not failed: see
 * {@link dev.banyan.cli.progress.UpJudge}.
 */
@NullMarked
package dev.banyan.cli.progress;

import org.jspecify.annotations.NullMarked;
