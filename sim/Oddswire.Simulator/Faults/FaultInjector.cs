namespace Oddswire.Simulator.Faults;

/// <summary>
/// Does to a stream of messages what a <see cref="FaultPlan"/> says. Every decision follows from the plan's seed, the game, the feed and the message's number, so
/// that the same stream always comes out.
/// </summary>
internal sealed class FaultInjector
{
    private readonly FaultPlan _plan;
    private readonly FaultTally _tally;
    private readonly PriorityQueue<Emission, (long Due, long Order)> _onTheWay = new();
    private readonly Dictionary<(int Slot, char Feed), List<Held>> _held = [];
    private long _order;

    private FaultInjector(FaultPlan plan, FaultTally tally) => (_plan, _tally) = (plan, tally);

    /// <summary>The stream with the faults in it, in order of due time.</summary>
    public static IEnumerable<Emission> Apply(IEnumerable<Emission> sent, FaultPlan plan, FaultTally? tally = null) =>
        plan.IsNone && tally is null ? sent : new FaultInjector(plan, tally ?? new FaultTally()).Run(sent);

    private IEnumerable<Emission> Run(IEnumerable<Emission> sent)
    {
        foreach (var emission in sent)
        {
            while (_onTheWay.TryPeek(out var due, out _) && due.DueMicros <= emission.DueMicros)
            {
                _onTheWay.Dequeue();
                _tally.Delivered++;
                yield return due;
            }

            if (emission.Item.Telling == Telling.Corrected)
            {
                _tally.Corrections++;
            }

            Pass(emission);
            if (_plan.Redundant is { } delay)
            {
                _tally.Redundant++;
                Pass(emission with { Feed = 'b', DueMicros = emission.DueMicros + (delay.Ticks / 10) });
            }
        }

        while (_onTheWay.TryDequeue(out var left, out _))
        {
            _tally.Delivered++;
            yield return left;
        }
    }

    /// <summary>One message on one feed.</summary>
    private void Pass(Emission emission)
    {
        var random = new SeededRandom(SeededRandom.Mix(
            _plan.Seed ^ 0xFA17, emission.Game.Fixture.Seed, (ulong)emission.Sequence, emission.Feed));
        var held = HeldOf(emission);
        if (emission.IsLast)
        {
            ReleaseAll(held, emission.DueMicros);
        }

        var isSafe = emission.IsLast || emission.Sequence == 1;
        if (!isSafe && random.Chance(_plan.Gaps))
        {
            _tally.Lost++;
        }
        else if (!isSafe && random.Chance(_plan.Late))
        {
            _tally.Late++;
            held.Add(new Held(emission, _plan.LateDepth));
        }
        else if (!isSafe && random.Chance(_plan.Reorder))
        {
            _tally.Reordered++;
            held.Add(new Held(emission, random.Between(1, _plan.ReorderDepth)));
        }
        else
        {
            Deliver(emission, random, isSafe, held);
        }

        CountDown(held, emission.DueMicros);
    }

    private void Deliver(Emission emission, SeededRandom random, bool isSafe, List<Held> held)
    {
        if (!isSafe && random.Chance(_plan.Malformed))
        {
            _tally.Malformed++;
            Send(emission with { Spoiling = Spoiler.Choose(random) });
        }
        else if (!isSafe && random.Chance(_plan.Garbled))
        {
            _tally.Garbled++;
            Send(emission with { Spoiling = Spoiler.Choose(random) });
            Send(emission with { DueMicros = emission.DueMicros + 500_000 });
        }
        else
        {
            Send(emission);
        }

        if (random.Chance(_plan.Duplicates))
        {
            _tally.Duplicates++;
            if (isSafe)
            {
                Send(emission);
            }
            else
            {
                held.Add(new Held(emission, random.Between(1, 5)));
            }
        }
    }

    private void CountDown(List<Held> held, long now)
    {
        for (var i = 0; i < held.Count;)
        {
            if (--held[i].Left > 0)
            {
                i++;
                continue;
            }

            Send(held[i].Emission with { DueMicros = Math.Max(now, held[i].Emission.DueMicros) });
            held.RemoveAt(i);
        }
    }

    private void ReleaseAll(List<Held> held, long now)
    {
        foreach (var late in held)
        {
            Send(late.Emission with { DueMicros = Math.Max(now, late.Emission.DueMicros) });
        }

        held.Clear();
    }

    private void Send(Emission emission)
    {
        foreach (var silence in _plan.Silences)
        {
            var from = silence.From.Ticks / 10;
            var to = from + (silence.Length.Ticks / 10);
            if ((silence.Game is null || silence.Game == emission.Slot + 1) && emission.DueMicros >= from && emission.DueMicros < to)
            {
                _tally.HeldBack++;
                emission = emission with { DueMicros = to };
            }
        }

        _onTheWay.Enqueue(emission, (emission.DueMicros, _order++));
    }

    private List<Held> HeldOf(in Emission emission)
    {
        if (!_held.TryGetValue((emission.Slot, emission.Feed), out var held))
        {
            _held[(emission.Slot, emission.Feed)] = held = [];
        }

        return held;
    }

    private sealed class Held(Emission emission, int left)
    {
        public Emission Emission { get; } = emission;

        public int Left { get; set; } = left + 1;
    }
}
