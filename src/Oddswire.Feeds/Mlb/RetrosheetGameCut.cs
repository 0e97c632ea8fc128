using System.Buffers;
using System.Text;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;

namespace Oddswire.Feeds.Mlb;

/// <summary>One game's messages as they grow.</summary>
internal sealed class RetrosheetGameCut(GameId id)
{
    private static readonly TimeSpan BeforeStart = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan PlayTakes = TimeSpan.FromSeconds(35);
    private static readonly TimeSpan OtherTakes = TimeSpan.FromSeconds(5);
    private static readonly byte[] NewLine = [(byte)'\r', (byte)'\n'];
    private readonly List<FeedMessage> _messages = [];
    private readonly List<byte[]> _records = [];
    private readonly ArrayBufferWriter<byte> _header = new();
    private readonly ArrayBufferWriter<byte> _after = new();
    private readonly RetrosheetHeader _info = new();
    private readonly RetrosheetLineups _lineups = new();
    private readonly RetrosheetFormat _format = new();
    private readonly List<GameEvent> _events = [];
    private Timestamp _clock;
    private bool _hasBegun;

    /// <summary>Takes the next record.</summary>
    public void Take(ReadOnlySpan<byte> line)
    {
        var record = new RetrosheetRecord(line);
        switch (record.ReadType())
        {
            case RecordType.Id:
                break;
            case RecordType.Info when RetrosheetHeader.IsPostGame(record.Next()):
            case RecordType.Data:
                Append(_after, line);
                break;
            case RecordType.Info or RecordType.Version or RecordType.Start when !_hasBegun:
                Append(_header, line);
                break;
            case RecordType.Comment or RecordType.Adjustment when !_hasBegun:
                _records.Add(line.ToArray());
                break;
            case RecordType.Play when line.EndsWith(",NP"u8):
                Begin();
                break;
            default:
                Begin();
                Send(line);
                break;
        }
    }

    /// <summary>The messages, with the one that ends the game.</summary>
    public List<FeedMessage> Finish()
    {
        Begin();
        if (_after.WrittenCount == 0)
        {
            Append(_after, "info,timeofgame,0"u8);
        }

        Add(_after.WrittenSpan, OtherTakes);
        return _messages;
    }

    private void Begin()
    {
        if (_hasBegun)
        {
            return;
        }

        _hasBegun = true;
        var header = _header.WrittenSpan;
        ReadHeader(header);
        _clock = _info.StartOrGuess() + -BeforeStart;
        Add(header, BeforeStart);
        Follow();
        foreach (var early in _records)
        {
            Send(early);
        }
    }

    private void ReadHeader(ReadOnlySpan<byte> header)
    {
        var lines = new RetrosheetLines(header);
        while (lines.Next())
        {
            var record = new RetrosheetRecord(lines.Line);
            switch (record.ReadType())
            {
                case RecordType.Info:
                    Try(lines.Line, lines.Number);
                    break;
                case RecordType.Start:
                    var player = record.NextText();
                    record.Next();
                    if (RetrosheetHeader.Number(record.Next(), 0, 1) is { } team && RetrosheetHeader.Number(record.Next(), 0, 9) is { } slot)
                    {
                        _lineups.Start(player, team, slot);
                    }

                    break;
            }
        }
    }

    /// <summary>A value that cannot be read is left for ingest to refuse, with the message.</summary>
    private void Try(ReadOnlySpan<byte> line, int number)
    {
        var record = new RetrosheetRecord(line);
        record.ReadType();
        try
        {
            _info.Add(record.Next(), record.Next(), number);
        }
        catch (FeedFormatException)
        {
            return;
        }
    }

    private void Send(ReadOnlySpan<byte> line)
    {
        var record = new RetrosheetRecord(line);
        var type = record.ReadType();
        if (type is RecordType.Sub && PinchRunnerBase(record, out var player) is var onBase and > 0)
        {
            Add([.. line, .. NewLine, .. Encoding.ASCII.GetBytes($"radj,{player},{onBase}"), .. NewLine], OtherTakes);
        }
        else
        {
            Add([.. line, .. NewLine], type is RecordType.Play ? PlayTakes : OtherTakes);
        }

        Follow();
    }

    private int PinchRunnerBase(RetrosheetRecord record, out string player)
    {
        player = record.NextText();
        record.Next();
        var team = RetrosheetHeader.Number(record.Next(), 0, 1);
        var slot = RetrosheetHeader.Number(record.Next(), 0, 9);
        if (team is null || slot is null)
        {
            return 0;
        }

        var onBase = _lineups.Substitute(player, team.Value, slot.Value);
        return record.Next().SequenceEqual("12"u8) ? onBase : 0;
    }

    private void Follow()
    {
        _events.Clear();
        try
        {
            _format.Parse(_messages[^1], _events);
        }
        catch (FeedFormatException)
        {
            return;
        }

        foreach (var gameEvent in _events)
        {
            if (gameEvent.Info is { } info)
            {
                _lineups.Begin(info);
            }

            _lineups.Follow(gameEvent);
        }
    }

    private void Add(ReadOnlySpan<byte> records, TimeSpan takes)
    {
        byte[] message = [.. "id,"u8, .. Encoding.ASCII.GetBytes(id.VendorId.ToString()), .. NewLine, .. records];
        _messages.Add(new FeedMessage
        {
            Source = "replay",
            GameId = id,
            Sequence = _messages.Count + 1,
            PublishedAt = _clock,
            Body = message,
        });
        _clock += takes;
    }

    private static void Append(ArrayBufferWriter<byte> to, ReadOnlySpan<byte> line)
    {
        to.Write(line);
        to.Write(NewLine);
    }
}
