package dev.banyan.runtime.benchmark;

import dev.banyan.runtime.benchmark.follow.FollowTrial;
import dev.banyan.runtime.benchmark.trial.DelayTrial;
import dev.banyan.runtime.benchmark.trial.LatencyTrial;
import dev.banyan.runtime.benchmark.trial.OutageTrial;
import dev.banyan.runtime.benchmark.trial.StressTrial;
import java.io.IOException;

/** One trial in this process, which ends with its parent: the parent holds its standard input open. */
public final class Trial {
    private Trial() {}

    public static void main(String[] arguments) {
        Thread.ofPlatform().daemon().start(Trial::endWithParent);
        int status = 0;
        try {
            run(arguments);
        } catch (Exception | Error failure) {
            failure.printStackTrace(System.err);
            status = 1;
        }
        System.exit(status); // a peer's threads may go on for ever
    }

    private static void run(String[] arguments) throws Exception {
        switch (arguments[0]) {
            case "follow" ->
                FollowTrial.run(
                        arguments[1], arguments[2], Integer.parseInt(arguments[3]), Integer.parseInt(arguments[4]));
            case "latency" -> LatencyTrial.run(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
            case "outage" -> OutageTrial.run(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
            case "delay" -> DelayTrial.run(arguments[1], Integer.parseInt(arguments[2]));
            case "stress" -> StressTrial.run(Long.parseLong(arguments[1]));
            default -> throw new IllegalArgumentException("no trial " + arguments[0]);
        }
    }

    private static void endWithParent() {
        try {
            while (System.in.read() >= 0) {
                continue;
            }
        } catch (IOException gone) {
            // the same as its end
        }
        System.exit(1);
    }
}
