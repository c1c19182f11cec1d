package dev.banyan.cli.image;

import dev.banyan.api.compose.image.ImageNeed;
import dev.banyan.api.compose.image.PullPolicy;
import dev.banyan.cli.image.Outcome.Problem;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Mailbox;
import dev.banyan.runtime.env.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Has every image of a project in the cluster's registry, or says how it would come there: as the workshop is told. For one task. */
public final class Preparation {
    /** Builders use all cores each. */
    private static final int BUILDS = 2;

    private static final int TRANSFERS = 4;
    private static final Duration PACE = Duration.ofMillis(200);
    private static final int NEWS_MAX = 1024;

    private final Env env;
    private final Workshop workshop;
    private final Screen screen;
    private boolean moved;

    public Preparation(Env env, Workshop workshop, Screen screen) {
        this.env = env;
        this.workshop = workshop;
        this.screen = screen;
    }

    /** Prepares what is needed; nothing is asked of the cluster for images that are named in its own registry and not built. */
    public Outcome prepare(List<ImageNeed> needs, Choice choice) throws InterruptedException {
        var provisions = new LinkedHashMap<String, Provision>();
        var problems = new ArrayList<Problem>();
        var builds = needs.stream().filter(need -> builds(need, choice)).toList();
        run(jobs(builds, choice, true), BUILDS, provisions, problems);
        var others = needs.stream()
                .filter(need -> !builds(need, choice))
                .filter(need -> !provisions.containsKey(need.image()))
                .filter(need ->
                        problems.stream().noneMatch(problem -> problem.service().equals(need.service())))
                .filter(Workshop::elsewhere)
                .toList();
        run(jobs(others, choice, false), TRANSFERS, provisions, problems);
        if (!problems.isEmpty()) {
            run(inCluster(needs, choice), TRANSFERS, new LinkedHashMap<>(), problems);
        }
        screen.end();
        return new Outcome(List.copyOf(provisions.values()), problems, moved);
    }

    /** An explicit policy that asks another registry comes before a build, unless building is asked for. */
    private static boolean builds(ImageNeed need, Choice choice) {
        boolean asks = choice.pull().orElse(need.policy()) instanceof PullPolicy.Always
                || need.policy() instanceof PullPolicy.Refresh;
        return need.build().isPresent() && (!asks || choice.building() == Choice.Building.ALL);
    }

    private record Job(ImageNeed need, Work work) {}

    private interface Work {
        Provision run(Mailbox<News> news) throws InterruptedException;
    }

    /** Admission would have told of these, and is not asked any more. */
    private List<Job> inCluster(List<ImageNeed> needs, Choice choice) {
        return needs.stream()
                .filter(need -> !builds(need, choice) && !Workshop.elsewhere(need))
                .map(need -> new Job(need, news -> workshop.mirror(need, new PullPolicy.Never(), news)))
                .toList();
    }

    /** One job for each image, with the policy that asks most. */
    private List<Job> jobs(List<ImageNeed> needs, Choice choice, boolean build) {
        var jobs = new LinkedHashMap<String, Job>();
        for (var need : needs) {
            var policy = choice.pull().orElse(need.policy());
            Work work =
                    build ? news -> workshop.build(need, choice, news) : news -> workshop.mirror(need, policy, news);
            var known = Optional.ofNullable(jobs.get(need.image()));
            if (known.isEmpty() || asks(policy) > asks(known.get().need().policy())) {
                jobs.put(need.image(), new Job(need, work));
            }
        }
        return List.copyOf(jobs.values());
    }

    private static int asks(PullPolicy policy) {
        return switch (policy) {
            case PullPolicy.Never never -> 0;
            case PullPolicy.Missing missing -> 1;
            case PullPolicy.Unsaid unsaid -> 1;
            case PullPolicy.Refresh refresh -> 2;
            case PullPolicy.Always always -> 3;
            case PullPolicy.Rebuild rebuild -> 3;
        };
    }

    private void run(List<Job> jobs, int atOnce, Map<String, Provision> provisions, List<Problem> problems)
            throws InterruptedException {
        if (jobs.isEmpty()) {
            return;
        }
        Mailbox<Job> waiting = env.mailbox(jobs.size());
        jobs.forEach(waiting::offer);
        Mailbox<News> news = env.mailbox(NEWS_MAX);
        var workers = new ArrayList<Task>();
        for (int i = 0; i < Math.min(atOnce, jobs.size()); i++) {
            workers.add(env.tasks().spawn("images", () -> work(waiting, news)));
        }
        try {
            int left = jobs.size();
            while (left > 0) {
                left -= take(news.poll(PACE), provisions, problems);
            }
        } finally {
            workers.forEach(Task::cancel);
        }
    }

    private static void work(Mailbox<Job> waiting, Mailbox<News> news) throws InterruptedException {
        for (var job = waiting.poll(Duration.ZERO); job.isPresent(); job = waiting.poll(Duration.ZERO)) {
            var need = job.get().need();
            try {
                news.put(new News.Done(job.get().work().run(news)));
            } catch (RuntimeException failed) {
                var words = Workshop.words(failed);
                news.put(words.<News>map(why -> new News.Failed(need.service(), why))
                        .orElseGet(() -> new News.Broken(failed)));
            }
        }
    }

    private int take(Optional<News> news, Map<String, Provision> provisions, List<Problem> problems) {
        if (news.isEmpty()) {
            screen.idle();
            return 0;
        }
        return switch (news.get()) {
            case News.Line line -> shown(line);
            case News.Moved moved -> shown(moved);
            case News.Done done -> {
                provisions.put(done.provision().image(), done.provision());
                screen.done(done.provision().image());
                yield 1;
            }
            case News.Broken broken -> throw broken.failure();
            case News.Failed failed -> {
                problems.add(new Problem(failed.service(), failed.words()));
                yield 1;
            }
        };
    }

    private int shown(News news) {
        moved = true;
        screen.show(news);
        return 0;
    }
}
