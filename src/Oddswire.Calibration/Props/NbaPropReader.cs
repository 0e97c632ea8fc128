using Oddswire.Calibration.Data;
using Oddswire.Core.Domain;

namespace Oddswire.Calibration.Props;

/// <summary>
/// stats.nba.com's events: an event's row has the state after it. The source does not say who begins a period; whoever does something in it, or goes off,
/// before coming on was there at its beginning. A live feed says so at once.
/// </summary>
internal static class NbaPropReader
{
    private const int Made = 1;
    private const int FreeThrow = 3;
    private const int Rebound = 4;
    private const int Substitution = 8;
    private const int PeriodStart = 12;
    private const int SideSize = 5;

    /// <summary>The games of a file.</summary>
    /// <param name="file">The file, of which <paramref name="rows"/> is the reading.</param>
    /// <param name="rows">Its states, read row by row.</param>
    public static IEnumerable<PropGame> Read(CsvFile file, IEnumerable<ModelRow> rows)
    {
        RecordedGame? game = null;
        List<Event> events = [];
        foreach (var row in rows)
        {
            if (game is not null && game.Id != row.Game.Id)
            {
                yield return GameOf(game, events);
                events = [];
            }

            game = row.Game;
            events.Add(EventOf(file, row.State));
        }

        if (game is not null)
        {
            yield return GameOf(game, events);
        }
    }

    private static Event EventOf(CsvFile file, GameState state)
    {
        var type = file.Int("EVENTMSGTYPE");
        var text = file["HOMEDESCRIPTION"] + file["VISITORDESCRIPTION"];
        var isMiss = text.Contains("MISS", StringComparison.Ordinal);
        return new Event(type, state, Person(1), Person(2), Person(3), isMiss, text.Contains("3PT", StringComparison.Ordinal));

        Person Person(int n)
        {
            // 4 is a player of the home team, 5 one of the visitors; other numbers are teams and nobody.
            var kind = file.Int($"PERSON{n}TYPE");
            return kind is 4 or 5 ? new Person(file[$"PLAYER{n}_ID"], file[$"PLAYER{n}_NAME"], kind == 4 ? Side.Home : Side.Away) : default;
        }
    }

    private static PropGame GameOf(RecordedGame game, List<Event> events)
    {
        List<PropStep> steps = [];
        HashSet<Person> court = [];
        List<PlayerChange> lineUps = [];
        for (var i = 0; i < events.Count; i++)
        {
            var now = events[i];
            List<PlayerChange> changes = [];
            if (now.Type == PeriodStart)
            {
                var begins = Beginners(events, i, court);
                var first = now.State.Period == 1;
                var to = first ? lineUps : changes;
                foreach (var person in begins.Except(court))
                {
                    to.Add(new PlayerChange(person.Id!, PlayerStatistic.Listed, first ? 1 : 0, person.Side, Name: person.Name));
                    Move(to, person, 1, Elapsed(now.State));
                }

                foreach (var person in court.Except(begins))
                {
                    Move(to, person, -1, Elapsed(now.State));
                }

                court = begins;
            }

            Add(changes, now, court);
            steps.Add(new PropStep(changes, now.State));
        }

        return new PropGame(game, lineUps, steps, []);
    }

    private static void Add(List<PlayerChange> changes, Event now, HashSet<Person> court)
    {
        var (one, two) = (now.First, now.Second);
        switch (now.Type)
        {
            case Made when one.Id is not null:
                changes.Add(new PlayerChange(one.Id, PlayerStatistic.Points, now.IsThree ? 3 : 2, one.Side, Name: one.Name));
                if (now.IsThree)
                {
                    changes.Add(new PlayerChange(one.Id, PlayerStatistic.Threes, 1, one.Side));
                }

                if (two.Id is not null)
                {
                    changes.Add(new PlayerChange(two.Id, PlayerStatistic.Assists, 1, two.Side, Name: two.Name));
                }

                break;
            case FreeThrow when one.Id is not null && !now.IsMiss:
                changes.Add(new PlayerChange(one.Id, PlayerStatistic.Points, 1, one.Side, Name: one.Name));
                break;
            case Rebound when one.Id is not null:
                changes.Add(new PlayerChange(one.Id, PlayerStatistic.Rebounds, 1, one.Side, Name: one.Name));
                break;
            case Substitution when one.Id is not null && two.Id is not null:
                Move(changes, one, -1, Elapsed(now.State));
                Move(changes, two, 1, Elapsed(now.State));
                court.Remove(one);
                court.Add(two);
                break;
            default:
                break;
        }
    }

    private static void Move(List<PlayerChange> changes, Person person, int entered, int elapsed)
    {
        changes.Add(new PlayerChange(person.Id!, PlayerStatistic.OnCourt, entered, person.Side, Name: person.Name));
        changes.Add(new PlayerChange(person.Id!, PlayerStatistic.CourtTime, -entered * elapsed, person.Side));
    }

    private static HashSet<Person> Beginners(List<Event> events, int start, HashSet<Person> before)
    {
        HashSet<Person> begins = [], came = [];
        for (var i = start + 1; i < events.Count && events[i].Type != PeriodStart; i++)
        {
            var now = events[i];
            if (now.Type == Substitution)
            {
                Seen(now.First);
                came.Add(now.Second);
            }
            else if (now.Type is >= 1 and <= 5)
            {
                Seen(now.First);
                Seen(now.Second);
                Seen(now.Third);
            }
        }

        foreach (var side in new[] { Side.Home, Side.Away })
        {
            // Who was on before and was not seen stayed on without doing anything.
            foreach (var person in before.Where(person => person.Side == side && !came.Contains(person)))
            {
                if (begins.Count(known => known.Side == side) < SideSize)
                {
                    begins.Add(person);
                }
            }
        }

        return begins;

        void Seen(Person person)
        {
            if (person.Id is not null && !came.Contains(person) && begins.Count(known => known.Side == person.Side) < SideSize)
            {
                begins.Add(person);
            }
        }
    }

    private static int Elapsed(GameState state) => state.Period <= 4
        ? (state.Period * 7_200) - state.ClockTenths
        : 28_800 + ((state.Period - 4) * 3_000) - state.ClockTenths;

    private readonly record struct Person(string? Id, string Name, Side Side);

    private readonly record struct Event(int Type, GameState State, Person First, Person Second, Person Third, bool IsMiss, bool IsThree);
}
