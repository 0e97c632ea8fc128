using System.Text;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Core.Wire;

namespace Oddswire.Core.Pipeline.Replicate;

/// <summary>
/// Turns records of <c>odds.updates.internal</c> into records of <c>odds.updates.public</c>. Value and headers are rewritten from what the
/// allow-list names, nothing is copied, so that what is added inside stays inside. The same record always gives the same bytes. Not for
/// several threads.
/// </summary>
public sealed class PublicOddsMapper
{
    private static readonly byte[] ContentType = Encoding.ASCII.GetBytes(
        $"application/x-protobuf; framing=confluent; messageType={Contracts.PublicOdds.Message}");

    private readonly HeaderWriter _headers = new();
    private readonly ProtoWriter _value = new(512);
    private readonly StringCache _cache = new();
    private readonly byte[] _scratch = new byte[512];
    private readonly byte[] _league;
    private readonly byte[] _schemaId;
    private readonly string _topic;
    private readonly bool _cloudEvents;
    private OddsUpdate _last;
    private TopicPartition _target;
    private int _gameSize;

    /// <param name="league">The league whose updates are mapped.</param>
    /// <param name="schemaId">Id of the public contract in the registry.</param>
    /// <param name="cloudEvents">Whether the headers also carry the names of CloudEvents' Kafka binding, binary mode.</param>
    public PublicOddsMapper(League league, int schemaId, bool cloudEvents = false)
    {
        Span<byte> frame = stackalloc byte[SchemaFrame.Size];
        SchemaFrame.Write(schemaId, frame);
        _value.Fields(frame);
        _league = Encoding.ASCII.GetBytes(league.Code());
        _schemaId = Encoding.ASCII.GetBytes($"{schemaId}");
        _topic = Topics.PublicOdds(league);
        _cloudEvents = cloudEvents;
        League = league;
    }

    /// <summary>The league whose updates are mapped.</summary>
    public League League { get; }

    /// <summary>When ingest received the cause of the last mapped update.</summary>
    public Timestamp ReceivedAt => _last.ReceivedAt;

    /// <summary>Maps one record.</summary>
    /// <param name="record">A record of the league's internal odds.</param>
    /// <param name="to">Where the public record goes.</param>
    /// <param name="partitions">Partitions of the public topic.</param>
    /// <exception cref="WireFormatException">The record is not an update of its key's game.</exception>
    /// <exception cref="NotInContractException">The public contract cannot say it.</exception>
    public void Map(in LogRecord record, OutputBuffer to, int partitions)
    {
        var update = OddsUpdateCodec.Read(record.Value.Span, _cache);
        if (!IsOfItsKey(update, record.Key.Span))
        {
            throw new WireFormatException($"An update of '{update.GameId}' under another key, or of another league than {League.Code()}.");
        }

        if (!SharesHeaders(update))
        {
            WriteHeaders(update);
            _target = new TopicPartition(_topic, Murmur.Partition(record.Key.Span, partitions));
        }

        _last = update;
        _value.Rewind(SchemaFrame.Size);
        PublicOddsCodec.Write(_value, update);
        to.Append(_target, record.Key.Span, _headers.Headers, _value.Written);
    }

    private bool IsOfItsKey(in OddsUpdate update, ReadOnlySpan<byte> key)
    {
        if (update.GameId.Value is not { Length: > 0 } game || update.GameId.League != League || game.Length > _scratch.Length / 3)
        {
            return false;
        }

        _gameSize = Encoding.UTF8.GetBytes(game, _scratch);
        return key.SequenceEqual(_scratch.AsSpan(0, _gameSize));
    }

    /// <summary>The updates of one event follow each other, and their headers are the same.</summary>
    private bool SharesHeaders(in OddsUpdate update) =>
        !_cloudEvents && update.GameId == _last.GameId && update.CauseKey == _last.CauseKey && update.ModelVersion == _last.ModelVersion
        && PlayerOf(update.Market) == PlayerOf(_last.Market);

    private static string PlayerOf(in MarketKey market) => market.Type == MarketType.PlayerProp ? market.Subject : "";

    private void WriteHeaders(in OddsUpdate update)
    {
        var player = PlayerOf(update.Market);
        var count = player.Length == 0 ? 6 : 7;
        _headers.Begin(_cloudEvents ? count + CloudEventCount(player) : count);
        _headers.Add("league"u8, _league);
        _headers.Add("game_id"u8, _scratch.AsSpan(0, _gameSize));
        if (player.Length > 0)
        {
            AddText("player_id"u8, player);
        }

        AddText("model_version"u8, update.ModelVersion);
        WriteTrace(update, _headers.Reserve("traceparent"u8, TraceContext.Length));
        _headers.Add("schema_id"u8, _schemaId);
        _headers.Add("content-type"u8, ContentType);
        if (_cloudEvents)
        {
            WriteCloudEvent(update, player);
        }
    }

    private static int CloudEventCount(string player) => player.Length == 0 ? 10 : 11;

    /// <summary>github.com/cloudevents/spec, Kafka protocol binding 1.0.2, section 3.2; extension names have lower-case letters and digits only.</summary>
    private void WriteCloudEvent(in OddsUpdate update, string player)
    {
        _headers.Add("ce_specversion"u8, "1.0"u8);
        AddText("ce_id"u8, update.Id.ToString());
        AddText("ce_source"u8, $"/oddswire/{League.Code()}");
        AddText("ce_type"u8, Contracts.PublicOdds.Message);
        _headers.Add("ce_subject"u8, _scratch.AsSpan(0, _gameSize));
        AddText("ce_time"u8, (update.OccurredAt.IsKnown ? update.OccurredAt : update.ReceivedAt).ToString());
        AddText("ce_dataschema"u8, $"/schemas/ids/{Encoding.ASCII.GetString(_schemaId)}");
        _headers.Add("ce_league"u8, _league);
        AddText("ce_modelversion"u8, update.ModelVersion);
        WriteTrace(update, _headers.Reserve("ce_traceparent"u8, TraceContext.Length));
        if (player.Length > 0)
        {
            AddText("ce_playerid"u8, player);
        }
    }

    /// <summary>The trace of the event that moved the price, with a parent id of this hop.</summary>
    private void WriteTrace(in OddsUpdate update, Span<byte> into)
    {
        var size = _gameSize;
        _scratch[size++] = (byte)'/';
        size += Encoding.UTF8.GetBytes(update.CauseKey.AsSpan(0, Math.Min(update.CauseKey.Length, 100)), _scratch.AsSpan(size));
        TraceContext.Write(_scratch.AsSpan(0, size), "replicate"u8, into);
    }

    private void AddText(ReadOnlySpan<byte> name, string value)
    {
        Span<byte> bytes = stackalloc byte[HeaderWriter.MaxValue];
        if (!Encoding.UTF8.TryGetBytes(value, bytes, out var size))
        {
            throw new WireFormatException($"The header {Encoding.ASCII.GetString(name)} would have more than {HeaderWriter.MaxValue} bytes.");
        }

        _headers.Add(name, bytes[..size]);
    }
}
