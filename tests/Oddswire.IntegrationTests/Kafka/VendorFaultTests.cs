using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Confluent.Kafka;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Core.Wire;
using Oddswire.Host.Composition;
using Oddswire.Infrastructure.Logs.Kafka;
using Oddswire.IntegrationTests.Chaos;
using static Oddswire.IntegrationTests.Kafka.VendorTopic;
using Topics = Oddswire.Core.Ports.Topics;

namespace Oddswire.IntegrationTests.Kafka;

/// <summary>A vendor's cluster that is away, silent, faster than we are, or will not let us in: what the program says of it, and that it loses nothing.</summary>
public sealed class VendorFaultTests
{
    private const string Marker = "s3cr3t-marker-4712";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_vendor_that_is_away_is_waited_for_its_silence_suspends_and_its_backlog_is_told_in_records_and_seconds()
    {
        var port = FreePort();
        await using var core = KafkaRig.Open(leagues: [League.Nfl], mustBeMock: true);
        await using var folder = new ChaosFolder();
        await using var process = Start($"127.0.0.1:{port}", core, folder, "--set", "feed.heartbeat=2s", "--health-port", "0");
        await process.WaitUntilRunningAsync();
        using var http = new HttpClient { BaseAddress = await HealthAsync(process) };
        await UntilAsync(async () => (await ReadyAsync(http)).Contains($"127.0.0.1:{port}", StringComparison.Ordinal), () => process.Said);
        process.HasExited.ShouldBeFalse(process.Said);

        await using var vendor = KafkaRig.Open(withTopics: false, mustBeMock: true, port: port);
        MakeTopic(vendor);
        await SendAsync(vendor, Messages.Value.Take(300).ToList());
        await using var log = KafkaLogs.Open(core.Place, TimeProvider.System, null);
        await UntilAsync(async () => (await TakenAsync(log)).Count == 300 && (await ReadyAsync(http)).Length == 0, () => process.Said);
        await UntilAsync(
            async () => (await ReadAsync(log, Topics.Normalized(League.Nfl), static value => NormalizedEventCodec.Read(value, new StringCache()).Event)).Any(e => e.Kind == EventKind.FeedStalled),
            () => $"the silence is not told:\n{process.Said}");
        await UntilAsync(async () => await LagAsync(http, "records") == 0 && await LagAsync(http, "seconds") == 0, () => process.Said);

        core.Mock!.StopBroker(1);
        await SendAsync(vendor, Messages.Value.Skip(300).Take(500).ToList());
        await UntilAsync(async () => await LagAsync(http, "records") == 500 && await LagAsync(http, "seconds") > 1, () => process.Said);
        core.Mock.StartBroker(1);
        await UntilAsync(async () => await LagAsync(http, "records") == 0 && await LagAsync(http, "seconds") == 0, () => process.Said);
        (await TakenAsync(log)).Count.ShouldBe(800);
        (await http.GetStringAsync(new Uri("/metrics", UriKind.Relative), Ct)).ShouldMatch("oddswire_commit_seconds_bucket\\{hop=\"ingest\",league=\"nfl\",le=\"\\+Inf\"\\} [1-9]");
    }

    [Fact]
    public async Task A_vendor_that_goes_away_is_told_and_comes_back_without_a_restart()
    {
        await using var vendor = KafkaRig.Open(withTopics: false, mustBeMock: true);
        MakeTopic(vendor);
        await SendAsync(vendor, Messages.Value.Take(20).ToList());
        var feed = new Infrastructure.Feeds.Kafka.KafkaFeed(
            VendorFeedTests.OptionsFor(vendor) is var options ? options with { Cluster = options.Cluster with { RequestTimeout = TimeSpan.FromMilliseconds(700) } } : options, TimeProvider.System);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var taken = new ConcurrentQueue<SourcedMessage>();
        var reading = TakeAsync(feed, taken, stop.Token);
        await Machine.UntilAsync(
            () => taken.Count == 20 && feed.Progress is { Records: 20, AwayBecause: null }, Machine.Patience, () => $"{taken.Count} records were taken, {feed.Progress}");
        vendor.Mock!.StopBroker(1);
        await Machine.UntilAsync(() => feed.Progress?.AwayBecause is not null, Machine.Patience, () => $"{feed.Progress}");
        feed.Progress!.AwayBecause.ShouldNotBeNull().ShouldContain(vendor.Bootstrap);
        vendor.Mock.StartBroker(1);
        await SendAsync(vendor, Messages.Value.Skip(20).Take(5).ToList());
        await Machine.UntilAsync(
            () => taken.Count == 25 && feed.Progress is { Records: 25, AwayBecause: null }, Machine.Patience, () => $"{taken.Count} records were taken, {feed.Progress}");
        await stop.CancelAsync();
        await reading;
        taken.Count.ShouldBe(25);
    }

    [Fact]
    public async Task A_vendor_whose_brokers_are_choosing_a_leader_is_waited_for_and_not_taken_for_one_that_refuses_us()
    {
        await using var vendor = KafkaRig.Open(withTopics: false, mustBeMock: true);
        MakeTopic(vendor);
        await SendAsync(vendor, Messages.Value.Take(5).ToList());
        vendor.Mock!.SetTopicError(Topic, ErrorCode.LeaderNotAvailable);
        var feed = new Infrastructure.Feeds.Kafka.KafkaFeed(VendorFeedTests.OptionsFor(vendor), TimeProvider.System);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var taken = new ConcurrentQueue<SourcedMessage>();
        var reading = TakeAsync(feed, taken, stop.Token);
        await Machine.UntilAsync(() => reading.IsCompleted || feed.Progress?.AwayBecause is not null, Machine.Patience, () => $"{feed.Progress}");
        reading.IsCompleted.ShouldBeFalse($"{reading.Exception}");
        vendor.Mock.SetTopicError(Topic, ErrorCode.NoError);
        await Machine.UntilAsync(
            () => taken.Count == 5 && feed.Progress is { Records: 5, AwayBecause: null }, Machine.Patience, () => $"{taken.Count} records were taken, {feed.Progress}");
        await stop.CancelAsync();
        await reading;
        taken.Count.ShouldBe(5);
    }

    [Fact]
    public async Task Times_of_a_vendor_that_counts_microseconds_are_told_as_unknown_and_end_nothing()
    {
        await using var vendor = KafkaRig.Open(withTopics: false, mustBeMock: true);
        MakeTopic(vendor);
        var records = Messages.Value.Take(5).Select(Record).ToList();
        records.ForEach(record => record.Timestamp = new(1_789_000_000_000_000, TimestampType.CreateTime));
        await SendAsync(vendor, records);
        var feed = new Infrastructure.Feeds.Kafka.KafkaFeed(VendorFeedTests.OptionsFor(vendor), TimeProvider.System);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var taken = new ConcurrentQueue<SourcedMessage>();
        var reading = TakeAsync(feed, taken, stop.Token);
        await Machine.UntilAsync(
            () => taken.Count == 5 && feed.Progress == new FeedProgress(5, TimeSpan.Zero, null), Machine.Patience, () => $"{taken.Count} records were taken, {feed.Progress}");
        taken.ShouldAllBe(sourced => !sourced.Message.PublishedAt.IsKnown && sourced.Refusal == null);
        await stop.CancelAsync();
        await reading;
    }

    [Fact]
    public async Task A_vendor_behind_TLS_and_a_login_is_read()
    {
        using var authority = new TestAuthority();
        await using var vendor = new SecureFront(authority, login: () => new SaslServer("SCRAM-SHA-512", "us", Marker));
        vendor.CreateTopic(Plan);
        await using var core = KafkaRig.Open(leagues: [League.Nfl]);
        await using var folder = new ChaosFolder();
        var secure = new ProducerConfig
        {
            BootstrapServers = vendor.Bootstrap,
            SecurityProtocol = SecurityProtocol.SaslSsl,
            SslCaLocation = authority.CaFile,
            SaslMechanism = SaslMechanism.ScramSha512,
            SaslUsername = "us",
            SaslPassword = Marker,
        };
        await SendAsync(secure, [.. Messages.Value.Take(50).Select(Record)]);
        var password = authority.Write("password", Marker);
        await using var process = Start(
            vendor.Bootstrap, core, folder, "--set", $"feed.tls-ca-file={authority.CaFile}", "--set", "feed.sasl-mechanism=scram-sha-512", "--set", "feed.sasl-username=us",
            "--set", $"feed.sasl-password-file={password}");
        await using var log = KafkaLogs.Open(core.Place, TimeProvider.System, null);
        await UntilAsync(async () => (await TakenAsync(log)).Count == 50, () => process.Said);
        process.Said.ShouldNotContain(Marker);
    }

    [Fact]
    public async Task A_vendor_that_does_not_let_us_read_its_topic_ends_the_role_with_topic_cluster_and_what_to_ask_for()
    {
        await using var vendor = KafkaRig.Open(withTopics: false, mustBeMock: true);
        await using var core = KafkaRig.Open(leagues: [League.Nfl]);
        await using var folder = new ChaosFolder();
        MakeTopic(vendor);
        vendor.Mock!.SetTopicError(Topic, ErrorCode.TopicAuthorizationFailed);
        await using var process = Start(vendor.Bootstrap, core, folder);
        await ExpectEndAsync(process, vendor.Bootstrap, $"'{Topic}'", "ask the vendor for Read on the topic and on the group 'oddswire-nfl'");
    }

    [Fact]
    public async Task A_vendor_that_takes_the_permission_away_while_we_read_ends_the_role_too()
    {
        await using var vendor = KafkaRig.Open(withTopics: false, mustBeMock: true);
        await using var core = KafkaRig.Open(leagues: [League.Nfl]);
        await using var folder = new ChaosFolder();
        MakeTopic(vendor);
        await using var process = Start(vendor.Bootstrap, core, folder);
        await process.WaitUntilRunningAsync();
        await SendAsync(vendor, Messages.Value.Take(10).ToList());
        await using var log = KafkaLogs.Open(core.Place, TimeProvider.System, null);
        await UntilAsync(async () => (await TakenAsync(log)).Count == 10, () => process.Said);
        vendor.Mock!.PushErrors(KafkaApi.Fetch, [.. Enumerable.Repeat(ErrorCode.TopicAuthorizationFailed, 200)]);
        await ExpectEndAsync(process, vendor.Bootstrap, $"'{Topic}'", "ask the vendor for Read");
    }

    [Fact]
    public async Task A_login_that_the_vendor_refuses_ends_the_role_and_shows_no_secret()
    {
        await using var vendor = new SecureFront(null, login: () => new SaslServer("PLAIN", "us", "another"));
        await using var core = KafkaRig.Open(leagues: [League.Nfl]);
        await using var folder = new ChaosFolder();
        await using var process = OddswireProcess.Start(
            new Dictionary<string, string?> { ["ODDSWIRE_FEED_SASL_PASSWORD"] = Marker },
            Arguments(vendor.Bootstrap, core, folder, "--set", "feed.security=sasl-plaintext", "--set", "feed.sasl-mechanism=plain", "--set", "feed.sasl-username=us"));
        await ExpectEndAsync(process, vendor.Bootstrap, "refuses the login", "user name and password");
        process.Said.ShouldNotContain(Marker);
    }

    /// <summary>Takes what a feed gives until it is stopped. Its progress tells of records that wait, taken or not.</summary>
    private static Task TakeAsync(Infrastructure.Feeds.Kafka.KafkaFeed feed, ConcurrentQueue<SourcedMessage> taken, CancellationToken stop) => Task.Run(
        () =>
        {
            foreach (var sourced in feed.ReadFrom(new Dictionary<int, long>(), stop))
            {
                taken.Enqueue(sourced);
            }
        },
        Ct);

    private static async Task ExpectEndAsync(OddswireProcess process, params string[] said)
    {
        await process.WaitAsync();
        process.ExitCode.ShouldBe(4, process.Said);
        var error = process.Errors.Single(line => line.StartsWith("error:", StringComparison.Ordinal));
        said.ShouldAllBe(part => error.Contains(part, StringComparison.Ordinal), error);
        error.ShouldContain("ingest.nfl");
    }

    private static OddswireProcess Start(string vendor, KafkaRig core, ChaosFolder folder, params string[] more) =>
        OddswireProcess.Start(Arguments(vendor, core, folder, more));

    private static string[] Arguments(string vendor, KafkaRig core, ChaosFolder folder, params string[] more) =>
    [
        "run", "--role", "ingest,normalise", "--league", "nfl", "--feed", "kafka", "--feed-bootstrap", vendor, "--feed-topic", Topic, "--set", "feed.sequence=header:seq",
        "--headless", "--data", folder["data"], .. core.Options, .. more,
    ];

    private static async Task<IReadOnlySet<(GameId, long)>> TakenAsync(IEventLog log) =>
        (await ReadAsync(log, Topics.Raw(League.Nfl), static value => RawMessageCodec.Read(value, new StringCache()).Message))
        .Where(message => message.Source == Topic).Select(message => (message.GameId, message.Sequence)).ToHashSet();

    private static async Task<double> LagAsync(HttpClient http, string unit)
    {
        var metrics = await http.GetStringAsync(new Uri("/metrics", UriKind.Relative), Ct);
        return double.Parse(Regex.Match(metrics, $"oddswire_lag_{unit}\\{{hop=\"ingest\",league=\"nfl\"\\}} (.+)").Groups[1].Value, CultureInfo.InvariantCulture);
    }

    /// <summary>Why it is not ready; empty when it is.</summary>
    private static async Task<string> ReadyAsync(HttpClient http)
    {
        using var answer = await http.GetAsync(new Uri("/readyz", UriKind.Relative), Ct);
        return answer.StatusCode == HttpStatusCode.OK ? "" : await answer.Content.ReadAsStringAsync(Ct);
    }

    private static async Task<Uri> HealthAsync(OddswireProcess process)
    {
        const string Said = "health and metrics are on ";
        await Machine.UntilAsync(() => process.Errors.Any(line => line.StartsWith(Said, StringComparison.Ordinal)), Machine.Patience, () => process.Said);
        return new Uri(process.Errors.First(line => line.StartsWith(Said, StringComparison.Ordinal))[Said.Length..]);
    }

    /// <summary>A port that nobody uses, of those that the system gives nobody who leaves the choice to it: no test beside this one gets it.</summary>
    private static int FreePort()
    {
        while (true)
        {
            var port = Random.Shared.Next(20_000, 30_000);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken; another one.
            }
        }
    }

    private static Task UntilAsync(Func<Task<bool>> holds, Func<string> otherwise) => Machine.UntilAsync(holds, Machine.Patience, otherwise);
}
