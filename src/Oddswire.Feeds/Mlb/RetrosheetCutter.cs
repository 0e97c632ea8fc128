using System.Buffers;
using System.Text;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;

namespace Oddswire.Feeds.Mlb;

/// <summary>
/// Cuts Retrosheet files into live messages. What the vendor knew only afterwards (winning pitcher, earned runs) goes into the last
/// message of a game; a pinch runner's substitution gets a <c>radj</c> record with his base. A line that cannot be understood is passed on as it is, so that
/// ingest refuses that one message and keeps its bytes.
/// </summary>
internal static class RetrosheetCutter
{
    private static readonly TimeSpan BeforeStart = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan PlayTakes = TimeSpan.FromSeconds(35);
    private static readonly TimeSpan OtherTakes = TimeSpan.FromSeconds(5);
    private static readonly byte[] NewLine = [(byte)'\r', (byte)'\n'];

    /// <summary>The messages of every game of the file, game after game.</summary>
    public static IEnumerable<FeedMessage> Cut(Recording recording)
    {
        var body = recording.Body;
        foreach (var (id, from, to) in Games(recording))
        {
            foreach (var message in CutGame(id, body[from..to]))
            {
                yield return message;
            }
        }
    }

    private static List<(GameId Id, int From, int To)> Games(Recording recording)
    {
        var games = new List<(GameId Id, int From, int To)>();
        var lines = new RetrosheetLines(recording.Body.Span);
        while (lines.Next())
        {
            if (lines.Line.StartsWith("id,"u8))
            {
                var id = lines.Line[3..];
                if (!RetrosheetFormat.IsGame(id))
                {
                    throw new FeedFormatException(
                        "malformed-id", $"{recording.Name}, line {lines.Number}: '{RetrosheetEventText.Printable(id)}' is not a game's id such as ANA201904040.");
                }

                if (games.Count > 0)
                {
                    games[^1] = games[^1] with { To = lines.Start };
                }

                games.Add((GameId.Of(League.Mlb, Encoding.ASCII.GetString(id)), lines.Start, recording.Body.Length));
            }
            else if (games.Count == 0)
            {
                throw new FeedFormatException(
                    "not-retrosheet",
                    $"{recording.Name}, line {lines.Number}: '{RetrosheetEventText.Printable(lines.Line)}' stands before the first id record; a Retrosheet event file begins with id,<game>.");
            }
        }

        return games;
    }

    private static List<FeedMessage> CutGame(GameId id, ReadOnlyMemory<byte> text)
    {
        var game = new GameCut(id);
        var lines = new RetrosheetLines(text.Span);
        while (lines.Next())
        {
            game.Take(lines.Line);
        }

        return game.Finish();
    }

    /// <summary>One game's messages as they grow.</summary>
    private sealed class GameCut(GameId id)
    {
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
}
