using System.Net;
using System.Text;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Paypro.ServerTests.Infrastructure;

/// <summary>The tools of the other tests, tested: a receiver or a database that lies would make every one of them worthless.</summary>
public sealed class InfrastructureTests
{
    private static readonly DatabaseTemplate OneTable = new("onetable", (engine, connectionString) =>
        ExecuteAsync(engine, connectionString, "CREATE TABLE marks (mark int); INSERT INTO marks VALUES (7)"));

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task EachDatabaseIsACopyOfItsOwn(Engine engine)
    {
        await using var first = await TestDatabase.CreateAsync(engine, OneTable);
        await using var second = await TestDatabase.CreateAsync(engine, OneTable);
        await ExecuteAsync(engine, first.ConnectionString, "INSERT INTO marks VALUES (8)");

        Assert.Equal(2L, await ExecuteAsync(engine, first.ConnectionString, "SELECT count(*) FROM marks"));
        Assert.Equal(1L, await ExecuteAsync(engine, second.ConnectionString, "SELECT count(*) FROM marks"));
        Assert.Equal(engine.ToString(), first.Settings["Paypro__Database"]);
    }

    [Fact]
    public async Task TheSharedPostgresIsAsDurableAsThePayproServerAsks()
    {
        await using var database = await TestDatabase.CreateAsync(Engine.Postgres);

        var settings = await ExecuteAsync(Engine.Postgres, database.ConnectionString,
            "SELECT current_setting('fsync') || current_setting('full_page_writes') || current_setting('synchronous_commit')");

        Assert.Equal("ononon", settings);
    }

    [Fact]
    public async Task APostgresOfOnesOwnComesBackAfterACrash()
    {
        await using var server = await PostgresServer.StartAsync("max_connections=20");
        await using var database = await TestDatabase.CreateAsync(Engine.Postgres, server: server);
        await ExecuteAsync(Engine.Postgres, database.ConnectionString, "CREATE TABLE marks (mark int)");

        await server.KillAsync();
        NpgsqlConnection.ClearPool(new NpgsqlConnection(database.ConnectionString));
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => ExecuteAsync(Engine.Postgres, database.ConnectionString, "SELECT 1"));
        await server.ResumeAsync();

        Assert.Equal(0L, await ExecuteAsync(Engine.Postgres, database.ConnectionString, "SELECT count(*) FROM marks"));
    }

    [Fact]
    public async Task TheReceiverRecordsAndAnswersByScript()
    {
        await using var receiver = await RecordingReceiver.StartAsync();
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        var url = new Uri(receiver.AddressOf("orders", ReceiverAnswer.Error, ReceiverAnswer.Redirect("http://127.0.0.1:1/"), ReceiverAnswer.Ok));
        var body = new FlatBody(("tradeNo", "a"), ("amount", 30000)).SignedWith("secret").ToString();

        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 4; i++)
        {
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            using var answer = await http.PostAsync(url, content);
            answers.Add(answer.StatusCode);
        }

        Assert.Equal([HttpStatusCode.InternalServerError, HttpStatusCode.Found, HttpStatusCode.OK, HttpStatusCode.OK], answers);
        var recorded = await receiver.WaitForAsync("orders", 4);
        Assert.All(recorded, notification => Assert.Equal(body, notification.Body));
        Assert.Equal("30000", recorded[3]["amount"]);
        Assert.True(recorded[3].IsSignedWith("secret"));
        Assert.False(recorded[3].IsSignedWith("other"));
    }

    [Fact]
    public async Task AReceiverThatNeverAnswersStillRecordsAndCanBeDisposed()
    {
        var receiver = await RecordingReceiver.StartAsync();
        using var http = new HttpClient();
        using var content = new StringContent("{}");
        var call = http.PostAsync(new Uri(receiver.AddressOf("dead", ReceiverAnswer.Never)), content);

        Assert.Single(await receiver.WaitForAsync("dead"));
        await Assert.ThrowsAsync<TimeoutException>(() => receiver.WaitForAsync("dead", 2, TimeSpan.FromMilliseconds(100)));
        Assert.False(call.IsCompleted);

        await receiver.DisposeAsync();
        await Assert.ThrowsAsync<HttpRequestException>(() => call);
    }

    [Fact]
    public void SignsSortedMembersAndLeavesEmptyOnesOut()
    {
        var body = new FlatBody(("tradeNo", "t1"), ("amount", "300"), ("remark", ""), ("payer", null), ("Way", "va")).AddToken("fee", "1.50");

        // printf 'Way=vaamount=300fee=1.50tradeNo=t1key' | md5sum
        Assert.Equal("9ba23dea87c0747da622658a14e0b130", body.Md5("key"));
        Assert.Equal("9ba23dea87c0747da622658a14e0b130", body.SignedWith("key").TextOf("sign"));
    }

    private static async Task<object?> ExecuteAsync(Engine engine, string connectionString, string sql)
    {
        await using System.Data.Common.DbConnection connection =
            engine == Engine.Sqlite ? new SqliteConnection(connectionString) : new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteScalarAsync();
    }
}
