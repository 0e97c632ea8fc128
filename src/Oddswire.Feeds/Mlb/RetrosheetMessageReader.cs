using System.Text;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Core.Wire;

namespace Oddswire.Feeds.Mlb;

/// <summary>Reads one message (or a whole game's document) into events.</summary>
internal ref struct RetrosheetMessageReader(FeedMessage message, List<GameEvent> events)
{
    private const int HighestInning = 99;
    private const int MostRecords = 4_095;
    private const int LongestDescription = 500;

    /// <summary>Keys of usual games, made once.</summary>
    private static readonly string[] Keys = [.. Enumerable.Range(0, 1_024).Select(n => n.ToString())];

    [ThreadStatic]
    private static StringCache? _strings;

    private readonly long _number = message.AmendsSequence > 0 ? message.AmendsSequence : message.Sequence;
    private readonly int _first = events.Count;
    private readonly StringCache _cache = _strings ??= new StringCache();
    private RetrosheetLines _lines = new(message.Body.Span);
    private RetrosheetHeader? _header;
    private RetrosheetLineups? _lineups;
    private List<PlayerChange>? _starters;
    private bool _isOver;
    private bool _isBegun;
    private int _records;

    /// <summary>Reads it all.</summary>
    /// <exception cref="FeedFormatException">Something is malformed; events may have been added.</exception>
    public void Read()
    {
        ReadId();
        var hasLine = _lines.Next();
        while (hasLine)
        {
            hasLine = ReadRecord(_lines.Line);
        }

        if (_header is not null)
        {
            BeginGame();
        }

        if (_isOver)
        {
            Add(new GameEvent { GameId = message.GameId, Key = NextKey(out var order), Order = order, Kind = EventKind.GameEnd });
        }
    }

    private void ReadId()
    {
        if (!_lines.Next() || !_lines.Line.StartsWith("id,"u8))
        {
            throw new FeedFormatException(
                "not-retrosheet", $"Line 1 is '{RetrosheetEventText.Printable(_lines.Line)}'; a Retrosheet message begins with id,<game>.");
        }

        var id = _lines.Line[3..];
        if (!Ascii.Equals(id, message.GameId.VendorId))
        {
            throw new FeedFormatException(
                "wrong-game", $"The id record names '{RetrosheetEventText.Printable(id)}', but the message came by the channel of {message.GameId}.");
        }
    }

    /// <summary>Handles a record and moves on; false at the end of the text.</summary>
    private bool ReadRecord(ReadOnlySpan<byte> line)
    {
        var record = new RetrosheetRecord(line);
        switch (record.ReadType())
        {
            case RecordType.Play:
                BeginGame();
                ReadPlay(record, line);
                break;
            case RecordType.Sub:
                BeginGame();
                return ReadSubstitution(record, line);
            case RecordType.RunnerPlaced:
                BeginGame();
                ReadPlacedRunner(record, line);
                break;
            case RecordType.Comment:
            case RecordType.Adjustment:
                AddOther(line);
                break;
            case RecordType.Info:
                ReadInfo(record);
                break;
            case RecordType.Start:
                ReadStart(record);
                break;
            case RecordType.Data:
                _isOver = true;
                break;
            case RecordType.Version:
                break;
            case RecordType.Id:
                throw new FeedFormatException("several-games", $"Line {_lines.Number} begins another game; a message holds one.");
            default:
                throw new FeedFormatException(
                    "unknown-record",
                    $"Line {_lines.Number}: '{RetrosheetEventText.Printable(line)}' is none of id, version, info, start, sub, play, com, data, badj, padj, ladj, radj, presadj.");
        }

        return _lines.Next();
    }

    private void ReadInfo(RetrosheetRecord record)
    {
        var key = record.Next();
        if (RetrosheetHeader.IsPostGame(key))
        {
            _isOver = true;
        }
        else if (!_isBegun)
        {
            (_header ??= NewHeader()).Add(key, record.Next(), _lines.Number);
        }
    }

    private void ReadStart(RetrosheetRecord record)
    {
        var player = record.NextText();
        var name = RetrosheetPlayers.Name(record.Next(), _cache);
        var (team, slot) = Seat(ref record);
        (_lineups ??= new RetrosheetLineups()).Start(player, team, slot);
        RetrosheetPlayers.Enter(_starters ??= [], player, name, team, slot, record.Next().SequenceEqual("1"u8));
        _header ??= NewHeader();
    }

    private RetrosheetHeader NewHeader()
    {
        if (_isBegun)
        {
            throw new FeedFormatException("late-header", $"Line {_lines.Number}: a header record after the first play.");
        }

        // The header's own number is 1; comments read before it, by the transport's number so far, count behind it.
        for (var index = 0; index < _records; index++)
        {
            events[_first + index] = events[_first + index] with { Key = Key(index + 2), Order = OrderOf(index + 2, 0) };
        }

        return new RetrosheetHeader();
    }

    /// <summary>The header is complete: its event goes before all others.</summary>
    private void BeginGame()
    {
        if (_isBegun)
        {
            return;
        }

        _isBegun = true;
        if (_header is null)
        {
            return;
        }

        var info = _header.ToInfo();
        _lineups?.Begin(info);
        var begin = new GameEvent
        {
            GameId = message.GameId,
            Key = Keys[1],
            Order = OrderOf(1, 0),
            Kind = EventKind.Info,
            Info = info,
            Description = $"{info.Away.Name} at {info.Home.Name}",
            Players = PlayerChanges.Of(_starters),
        };
        events.Insert(_first, begin);
        _lineups?.Follow(begin);
    }

    private void ReadPlay(RetrosheetRecord record, ReadOnlySpan<byte> line)
    {
        var inning = RetrosheetHeader.Number(record.Next(), 1, HighestInning);
        var half = RetrosheetHeader.Number(record.Next(), 0, 1);
        var batter = record.Next();
        record.Next();
        record.Next();
        var text = record.Rest;
        if (inning is null || half is null || !RetrosheetRecord.IsPlayer(batter) || text.IsEmpty)
        {
            throw new FeedFormatException(
                "malformed-play",
                $"Line {_lines.Number}: '{RetrosheetEventText.Printable(line)}' is not play,inning,half (0 or 1),batter,count,pitches,event.");
        }

        var outcome = RetrosheetEventText.Parse(text);
        if (outcome.IsNoPlay)
        {
            if (_header is null)
            {
                AddOther(line);
            }

            return;
        }

        var side = half == 0 ? Side.Away : Side.Home;
        Add(new GameEvent
        {
            GameId = message.GameId,
            Key = NextKey(out var order),
            Order = order,
            Kind = EventKind.Play,
            Period = inning.Value,
            Points = outcome.Runs == 0 ? default : side == Side.Home ? new Score(outcome.Runs, 0) : new Score(0, outcome.Runs),
            Description = _cache.Get(text),
            Baseball = new BaseballPlay
            {
                Inning = inning.Value,
                Batting = side,
                Batter = _cache.Get(batter),
                Outs = outcome.Outs,
                BatterTo = outcome.Batter,
                FirstTo = outcome.First,
                SecondTo = outcome.Second,
                ThirdTo = outcome.Third,
            },
            Players = RetrosheetPlayers.Of(outcome, _cache.Get(batter), side),
        });
    }

    /// <summary>A substitution, with the <c>radj</c> record behind it that says where a pinch runner stands.</summary>
    private bool ReadSubstitution(RetrosheetRecord record, ReadOnlySpan<byte> line)
    {
        var id = record.Next();
        if (!RetrosheetRecord.IsPlayer(id))
        {
            throw MalformedSubstitution(line);
        }

        var player = _cache.Get(id);
        var name = RetrosheetPlayers.Name(record.Next(), _cache);
        var (team, slot) = Seat(ref record);
        var position = record.Next();
        var isPinchRunner = position.SequenceEqual("12"u8);
        List<PlayerChange> entered = [];
        RetrosheetPlayers.Enter(entered, player, name, team, slot, position.SequenceEqual("1"u8));
        var players = PlayerChanges.Of(entered);
        var onBase = _lineups?.Substitute(player, team, slot) ?? 0;
        var hasLine = _lines.Next();
        if (isPinchRunner && hasLine && _lines.Line.StartsWith("radj,"u8))
        {
            var placed = new RetrosheetRecord(_lines.Line["radj,".Length..]);
            if (placed.Next().SequenceEqual(id))
            {
                onBase = OnBase(ref placed);
                hasLine = _lines.Next();
            }
        }

        if (isPinchRunner && onBase > 0)
        {
            AddPlaced(EventKind.Other, player, onBase, team == 0 ? Side.Away : Side.Home, line, players);
        }
        else
        {
            AddOther(line, players);
        }

        return hasLine;
    }

    private void ReadPlacedRunner(RetrosheetRecord record, ReadOnlySpan<byte> line)
    {
        var id = record.Next();
        if (!RetrosheetRecord.IsPlayer(id))
        {
            throw new FeedFormatException("malformed-radj", $"Line {_lines.Number}: '{RetrosheetEventText.Printable(line)}' is not radj,player,base.");
        }

        // The record does not say who bats; the rules place the runner in the half-inning that is going on.
        AddPlaced(EventKind.Play, _cache.Get(id), OnBase(ref record), Side.Away, line, PlayerChanges.None);
    }

    private void AddPlaced(EventKind kind, string player, int onBase, Side batting, ReadOnlySpan<byte> line, PlayerChanges players) => Add(new GameEvent
    {
        GameId = message.GameId,
        Key = NextKey(out var order),
        Order = order,
        Kind = kind,
        Description = Describe(line),
        Baseball = new BaseballPlay { Inning = 0, Batting = batting, Batter = player, PlacedOnBase = onBase },
        Players = players,
    });

    private void AddOther(ReadOnlySpan<byte> line, PlayerChanges? players = null) => Add(new GameEvent
    {
        GameId = message.GameId,
        Key = NextKey(out var order),
        Order = order,
        Kind = EventKind.Other,
        Description = Describe(line),
        Players = players ?? PlayerChanges.None,
    });

    private readonly void Add(GameEvent gameEvent)
    {
        _lineups?.Follow(gameEvent);
        events.Add(gameEvent);
    }

    /// <summary>The key of the next record's event: from the transport's number, or in a document from the place behind the header (1).</summary>
    private string NextKey(out long order)
    {
        var index = _records++;
        if (_header is not null)
        {
            order = OrderOf(index + 2, 0);
            return Key(index + 2);
        }

        if (_number < 1)
        {
            throw new FeedFormatException(
                "no-sequence", "Retrosheet records carry no number, and the transport gave the message none: it must number the messages of a game from 1.");
        }

        if (index > MostRecords)
        {
            throw new FeedFormatException("too-many-records", $"A message without the game's header holds at most {MostRecords} records.");
        }

        order = OrderOf(_number, index);
        return index == 0 ? Key(_number) : $"{_number}.{index}";
    }

    private static string Key(long number) => number < Keys.Length ? Keys[number] : number.ToString();

    private static long OrderOf(long number, int index) => (number * (MostRecords + 1)) + index;

    private readonly (int Team, int Slot) Seat(ref RetrosheetRecord record)
    {
        var team = RetrosheetHeader.Number(record.Next(), 0, 1);
        var slot = RetrosheetHeader.Number(record.Next(), 0, 9);
        return team is null || slot is null ? throw MalformedSubstitution(_lines.Line) : (team.Value, slot.Value);
    }

    private readonly int OnBase(ref RetrosheetRecord record) => RetrosheetHeader.Number(record.Next(), 1, 3)
        ?? throw new FeedFormatException("malformed-radj", $"Line {_lines.Number}: '{RetrosheetEventText.Printable(_lines.Line)}' does not end in a base, 1 to 3.");

    private readonly FeedFormatException MalformedSubstitution(ReadOnlySpan<byte> line) => new(
        "malformed-sub",
        $"Line {_lines.Number}: '{RetrosheetEventText.Printable(line)}' is not start|sub,player,\"name\",team (0 or 1),slot (0 to 9),position.");

    private static string Describe(ReadOnlySpan<byte> line) => Encoding.Latin1.GetString(line[..Math.Min(line.Length, LongestDescription)]);
}
