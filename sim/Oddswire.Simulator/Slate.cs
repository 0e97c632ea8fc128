using Oddswire.Core.Domain;
using Oddswire.Simulator.Baseball;
using Oddswire.Simulator.Basketball;
using Oddswire.Simulator.Faults;
using Oddswire.Simulator.Football;

namespace Oddswire.Simulator;

/// <summary>A message as the vendor sends it, not yet written: a place in a game's script with its number in the game's channel.</summary>
internal readonly record struct Emission
{
    /// <summary>Microseconds from the start of the schedule.</summary>
    public required long DueMicros { get; init; }

    /// <summary>Place of the slate, from 0.</summary>
    public required int Slot { get; init; }

    public required SimulatedGame Game { get; init; }

    public required ScriptItem Item { get; init; }

    /// <summary>Number in the game's channel, from 1.</summary>
    public required int Sequence { get; init; }

    /// <summary>The message that this one corrects; 0 for none.</summary>
    public int Amends { get; init; }

    /// <summary>Whether it is the game's last message.</summary>
    public bool IsLast { get; init; }

    /// <summary>The redundant feed it comes by.</summary>
    public char Feed { get; init; }

    /// <summary>How its bytes are spoilt.</summary>
    public Spoiling Spoiling { get; init; }
}

/// <summary>A league's games side by side: the merged, due-ordered stream of what the vendor sends, before anything goes wrong on the way.</summary>
internal sealed class Slate(League league, SlateOptions options)
{
    private const int CatchUpMs = 3000;
    private readonly Season _season = new(league, options.Seed, Timestamp.From(options.FirstStart));

    /// <summary>Plays the game of a fixture.</summary>
    public static SimulatedGame PlayGame(Fixture fixture) => fixture.Id.League switch
    {
        League.Nfl => new FootballGame(fixture),
        League.Nba => new BasketballGame(fixture),
        _ => new BaseballGame(fixture),
    };

    /// <summary>The league's fixtures.</summary>
    public Season Season => _season;

    /// <summary>The fixture in a place of the slate: games at the same time are of the same days, so that no club plays twice at once.</summary>
    public Fixture FixtureOf(int slot, int round)
    {
        var daysPerRound = ((options.GamesOf(league) - 1) / _season.GamesPerDay) + 1;
        return _season.At(((long)round * daysPerRound * _season.GamesPerDay) + slot);
    }

    /// <summary>Everything the vendor sends, in order of due time; endless unless the options say otherwise.</summary>
    public IEnumerable<Emission> Emissions()
    {
        var waiting = new PriorityQueue<Place, (long Due, int Slot)>();
        for (var slot = 0; slot < options.GamesOf(league); slot++)
        {
            var place = new Place(this, slot);
            waiting.Enqueue(place, (place.Due, slot));
        }

        while (waiting.TryPeek(out var place, out _))
        {
            yield return place.Current;
            if (place.MoveNext())
            {
                waiting.DequeueEnqueue(place, (place.Due, place.Slot));
            }
            else
            {
                waiting.Dequeue();
            }
        }
    }

    /// <summary>
    /// When a game of the first round starts: even places in the first seconds, odd ones some while ago. Later rounds start a few seconds after
    /// their first message.
    /// </summary>
    private (int StartMs, int DelayMs) Start(Fixture fixture, SimulatedGame game, int slot, int round)
    {
        var random = new SeededRandom(SeededRandom.Mix(fixture.Seed, 40));
        if (round > 0)
        {
            return (0, random.Between(5_000, 15_000));
        }

        return options.UnderWay && slot % 2 == 1
            ? (-(int)(game.PlayTimes[^1] * (0.10 + (0.55 * random.NextUnit()))), 0)
            : (0, slot * 700 % 6000);
    }

    /// <summary>One place of the slate: the game in it and how far it has been told.</summary>
    private sealed class Place
    {
        private readonly Slate _slate;
        private readonly SlateOptions _options;
        private int _round = -1;
        private long _startMs;
        private int _headStartMs;
        private SimulatedGame _game = null!;
        private List<ScriptItem> _script = [];
        private int _next;
        private int _sequence;
        private int _wrongSequence;

        public Place(Slate slate, int slot)
        {
            (_slate, _options, Slot) = (slate, slate.Options, slot);
            BeginRound(0);
        }

        public int Slot { get; }

        public long Due { get; private set; }

        public Emission Current { get; private set; }

        public bool MoveNext()
        {
            if (_next < _script.Count)
            {
                Tell();
                return true;
            }

            if (_round + 1 >= (_options.Rounds ?? int.MaxValue))
            {
                return false;
            }

            BeginRound(_startMs + _script[^1].AtMs + (long)_options.Intermission.TotalMilliseconds);
            return true;
        }

        private void BeginRound(long startMs)
        {
            _round++;
            var fixture = _slate.FixtureOf(Slot, _round);
            _game = PlayGame(fixture);
            var (offset, delay) = _slate.Start(fixture, _game, Slot, _round);
            _headStartMs = -offset;
            _startMs = startMs + offset;
            _script = Script.Of(_game, delay, _headStartMs, _options);
            (_next, _sequence) = (0, 0);
            Tell();
        }

        private void Tell()
        {
            var item = _script[_next++];
            _sequence++;
            var at = item.AtMs < _headStartMs ? (long)item.AtMs * CatchUpMs / _headStartMs : _startMs + item.AtMs;
            at = item.AtMs >= _headStartMs && _headStartMs > 0 ? Math.Max(at, CatchUpMs) : at;
            Due = at * 1000;
            Current = new Emission
            {
                DueMicros = Due,
                Slot = Slot,
                Game = _game,
                Item = item,
                Sequence = _sequence,
                Amends = item.Telling == Telling.Corrected && _game is BaseballGame ? _wrongSequence : 0,
                IsLast = _next == _script.Count,
                Feed = 'a',
            };
            if (item.Telling is Telling.Wrong or Telling.WrongScore)
            {
                _wrongSequence = _sequence;
            }
        }
    }

    private SlateOptions Options => options;
}
