using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Oddswire.Core.Ports;

namespace Oddswire.Infrastructure.Logs.Kafka;

/// <summary>Makes clients of one cluster, each with what exactly-once processing asks of it.</summary>
internal sealed class KafkaClients
{
    private readonly KafkaSettings _settings;
    private readonly ILogger? _logger;
    private volatile Reported? _lastError;

    public KafkaClients(KafkaSettings settings, ILogger? logger)
    {
        KafkaOverrides.Check(settings.Overrides);
        (_settings, _logger) = (settings, logger);
    }

    /// <summary>
    /// What a client reported last, beside the answers of its calls: a refused login, an unreachable broker. Null when that is some requests ago: what went wrong
    /// then is not why a call fails now.
    /// </summary>
    public Error? LastError => _lastError is { } last && Environment.TickCount64 - last.At < 3 * Milliseconds(_settings.RequestTimeout) ? last.Error : null;

    /// <summary>For topics, offsets and descriptions.</summary>
    public IAdminClient Admin() => Guard(MakeAdmin);

    private IAdminClient MakeAdmin()
    {
        var builder = new AdminClientBuilder(new AdminClientConfig(Common()))
            .SetErrorHandler((_, error) => OnError(error)).SetLogHandler((_, line) => OnLog(line));
        return _settings.Security.TokenSource is null ? builder.Build() : builder.SetOAuthBearerTokenRefreshHandler((client, _) => Refresh(client)).Build();
    }

    /// <summary>Reads assigned partitions, committed records only, and says when it has reached the end.</summary>
    /// <param name="isolation">Whether open transactions are seen.</param>
    /// <param name="group">The group whose committed offsets it can be asked for; it is no member.</param>
    public IConsumer<Ignore, Ignore> Reader(IsolationLevel isolation = IsolationLevel.ReadCommitted, string? group = null) =>
        Guard(() => MakeReader(isolation, group));

    private IConsumer<Ignore, Ignore> MakeReader(IsolationLevel isolation, string? group)
    {
        var config = new ConsumerConfig(Common());
        config.GroupId = group ?? $"{_settings.GroupPrefix}{_settings.ClientId}-readers";
        config.EnableAutoCommit = false;
        config.EnableAutoOffsetStore = false;
        config.EnablePartitionEof = true;
        config.IsolationLevel = isolation;
        config.AutoOffsetReset = AutoOffsetReset.Error;
        config.FetchWaitMaxMs = Milliseconds(_settings.FetchMaxWait);
        config.QueuedMaxMessagesKbytes = Math.Max(1024, _settings.FetchAheadBytes / 1024);
        config.MaxPartitionFetchBytes = Math.Max(1024 * 1024, _settings.MaxMessageBytes);
        config.FetchMaxBytes = Math.Max(50 * 1024 * 1024, _settings.MaxMessageBytes);
        config.ReceiveMessageMaxBytes = Math.Max(100_000_000, _settings.MaxMessageBytes + 1024);
        config.Set("fetch.queue.backoff.ms", "5");
        return Build(config, builder => builder);
    }

    /// <summary>Reads a topic of somebody else's, assigned by hand; its group is there for the offsets that show the vendor how far we are.</summary>
    public IConsumer<byte[], byte[]> Feed(string group) => Guard(() => MakeFeed(group));

    private IConsumer<byte[], byte[]> MakeFeed(string group)
    {
        var config = new ConsumerConfig(Common());
        config.GroupId = group;
        config.EnableAutoCommit = false;
        config.EnableAutoOffsetStore = false;
        config.EnablePartitionEof = true;
        config.IsolationLevel = IsolationLevel.ReadCommitted;
        config.AutoOffsetReset = AutoOffsetReset.Error;
        config.FetchWaitMaxMs = Milliseconds(_settings.FetchMaxWait);
        config.QueuedMaxMessagesKbytes = Math.Max(1024, _settings.FetchAheadBytes / 1024);
        Override(config);
        var builder = new ConsumerBuilder<byte[], byte[]>(config).SetErrorHandler((_, error) => OnError(error)).SetLogHandler((_, line) => OnLog(line));
        return _settings.Security.TokenSource is null ? builder.Build() : builder.SetOAuthBearerTokenRefreshHandler((client, _) => Refresh(client)).Build();
    }

    /// <summary>Takes part in a group; what it is assigned it never fetches.</summary>
    public IConsumer<Ignore, Ignore> Member(string group, Func<ConsumerBuilder<Ignore, Ignore>, ConsumerBuilder<Ignore, Ignore>> with) =>
        Guard(() => MakeMember(group, with));

    private IConsumer<Ignore, Ignore> MakeMember(string group, Func<ConsumerBuilder<Ignore, Ignore>, ConsumerBuilder<Ignore, Ignore>> with)
    {
        var session = Milliseconds(_settings.SessionTimeout);
        var config = new ConsumerConfig(Common());
        config.GroupId = group;
        config.EnableAutoCommit = false;
        config.EnableAutoOffsetStore = false;
        config.PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky;
        config.SessionTimeoutMs = session;
        config.HeartbeatIntervalMs = Math.Clamp(session / 10, 50, 3000);
        config.MaxPollIntervalMs = Math.Max(Milliseconds(_settings.MaxPollInterval), session);
        config.AutoOffsetReset = AutoOffsetReset.Latest;
        return Build(config, with);
    }

    /// <summary>A transactional producer, not yet known to the broker.</summary>
    public IProducer<Null, Null> Producer(string transactionalId) => Guard(() => MakeProducer(transactionalId));

    private IProducer<Null, Null> MakeProducer(string transactionalId)
    {
        var config = new ProducerConfig(Common());
        config.TransactionalId = transactionalId;
        config.TransactionTimeoutMs = Milliseconds(_settings.TransactionTimeout);
        config.EnableIdempotence = true;
        config.Acks = Acks.All;
        config.LingerMs = 1;
        config.MessageTimeoutMs = Milliseconds(_settings.TransactionTimeout);
        config.MessageMaxBytes = _settings.MaxMessageBytes;
        config.CompressionType = Compression;
        config.EnableDeliveryReports = false;
        config.QueueBufferingMaxMessages = 500_000;
        config.QueueBufferingMaxKbytes = 512 * 1024;
        config.BatchSize = Math.Max(1_000_000, _settings.MaxMessageBytes);
        Override(config);
        var builder = new ProducerBuilder<Null, Null>(config).SetErrorHandler((_, error) => OnError(error)).SetLogHandler((_, line) => OnLog(line));
        return _settings.Security.TokenSource is null ? builder.Build() : builder.SetOAuthBearerTokenRefreshHandler((client, _) => Refresh(client)).Build();
    }

    private CompressionType Compression => _settings.Compression switch
    {
        KafkaCompression.Lz4 => CompressionType.Lz4,
        KafkaCompression.Zstd => CompressionType.Zstd,
        KafkaCompression.Snappy => CompressionType.Snappy,
        KafkaCompression.Gzip => CompressionType.Gzip,
        _ => CompressionType.None,
    };

    private static int Milliseconds(TimeSpan span) => (int)Math.Max(1, span.TotalMilliseconds);

    private IConsumer<Ignore, Ignore> Build(ConsumerConfig config, Func<ConsumerBuilder<Ignore, Ignore>, ConsumerBuilder<Ignore, Ignore>> with)
    {
        Override(config);
        var builder = with(new ConsumerBuilder<Ignore, Ignore>(config).SetErrorHandler((_, error) => OnError(error)).SetLogHandler((_, line) => OnLog(line)));
        return _settings.Security.TokenSource is null ? builder.Build() : builder.SetOAuthBearerTokenRefreshHandler((client, _) => Refresh(client)).Build();
    }

    private void Override(Config config)
    {
        foreach (var (name, value) in _settings.Overrides)
        {
            config.Set(name, value);
        }
    }

    private ClientConfig Common()
    {
        var config = new ClientConfig
        {
            BootstrapServers = _settings.BootstrapServers,
            ClientId = _settings.ClientId,
            SocketTimeoutMs = Milliseconds(_settings.RequestTimeout),
            SocketNagleDisable = true,
            SocketKeepaliveEnable = true,
            ReconnectBackoffMs = 50,
            ReconnectBackoffMaxMs = 2000,
            AllowAutoCreateTopics = false,
            LogConnectionClose = false,
        };
        KafkaLogin.Apply(config, _settings.Security);
        return config;
    }

    private void Refresh(IClient client) => KafkaLogin.Refresh(client, _settings.Security);

    private T Guard<T>(Func<T> make)
    {
        try
        {
            return make();
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or KafkaException)
        {
            throw new LogConfigurationException($"The settings for Kafka ({_settings.BootstrapServers}) are refused: {e.Message}", e);
        }
    }

    private void OnError(Error error)
    {
        // That every broker is away follows from why each of them is; the reason is what helps. What has made one client useless its own calls say, and it is nothing to the others.
        if (!error.IsFatal && (error.Code != ErrorCode.Local_AllBrokersDown || LastError is null))
        {
            _lastError = new Reported(error, Environment.TickCount64);
        }

        _logger?.LogWarning("Kafka ({Brokers}): {Reason} ({Code})", _settings.BootstrapServers, error.Reason, error.Code);
    }

    private void OnLog(LogMessage line)
    {
        var level = line.Level switch
        {
            <= SyslogLevel.Error => LogLevel.Warning,
            SyslogLevel.Warning => LogLevel.Information,
            _ => LogLevel.Debug,
        };
        _logger?.Log(level, "Kafka ({Client}): {Facility}: {Message}", line.Name, line.Facility, line.Message);
    }

    private sealed record Reported(Error Error, long At);
}
