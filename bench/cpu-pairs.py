#!/usr/bin/env python3
"""CPU seconds of two published servers for the same work at the same time, on both engines.

    dotnet publish src/Paypro.Server -c Release -o NEW     and the same of the commit to compare with, into OLD
    bench/cpu-pairs.py OLD NEW [--pairs 3] [--count 9000] [--engine Sqlite|Postgres]

Both servers start, each on a new database, and take enough requests to warm up. Then each is sent COUNT payInApi and a tenth as many payments of the simulated
bank, each of which is the bank's own writes, a callback, a receipt and a notification that nobody takes. Every thread asks one server and then the other, so
whatever else the machine does meets both alike. Counted is the CPU time of the server and, on PostgreSQL, of its database, for 10,000 of each.
"""
import argparse, hashlib, http.client, json, os, shutil, signal, socket, statistics, subprocess, sys, tempfile, threading, time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TICKS = os.sysconf("SC_CLK_TCK")
THREADS = 16

# The simulated bank keeps a memory of its own, in a transaction for each step, which costs more than the outcome: fewer of them are enough.
OUTCOMES_PART = 10

# Before anything is counted: the runtime compiles what runs often once more, which costs several times what the work itself does, longer the more code there is.
WARM = 15_000


def cpu_of(pid):
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return sum(int(fields[i]) for i in (11, 12, 13, 14)) / TICKS, int(fields[1])


def cpu_of_tree(root):
    """A process, what it started and waited for, and what still runs below it."""
    total, parents = cpu_of(root)[0], {root}
    for pid in sorted(int(p) for p in os.listdir("/proc") if p.isdigit()):
        try:
            seconds, parent = cpu_of(pid)
        except (FileNotFoundError, ProcessLookupError):
            continue
        if parent in parents and pid != root:
            parents.add(pid)
            total += seconds
    return total


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def in_threads(servers, count, work):
    """WORK(server, connection, number) for each number and each server; which comes first changes from number to number."""
    failed, lock, numbers = [], threading.Lock(), iter(range(count))

    def run():
        connections = [http.client.HTTPConnection("127.0.0.1", server.port, timeout=60) for server in servers]
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            pairs = list(zip(servers, connections))
            try:
                for server, connection in pairs if number % 2 == 0 else reversed(pairs):
                    work(server, connection, number)
            except Exception as error:  # one failure spoils the measurement
                failed.append(error)
                return

    threads = [threading.Thread(target=run) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        sys.exit(f"cpu-pairs: {failed[0]}")


def post(connection, path, members, headers):
    connection.request("POST", path, json.dumps(members), {"Content-Type": "application/json", **headers})
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read())


def pay_in(connection, trade_no):
    members = {"tradeNo": trade_no, "amount": "300", "wayCode": "va", "remark": "r" * 100, "notifyUrl": "http://127.0.0.1:9/n", "timestamp": str(int(time.time() * 1000))}
    text = "".join(f"{name}={members[name]}" for name in sorted(members)) + "sandbox-secret-mx"
    members["sign"] = hashlib.md5(text.encode()).hexdigest()
    status, answer = post(connection, "/mex-pay/v1/paypro/payInApi", members, {"merchantNo": "1000000001"})
    if status != 200 or answer.get("code") != "0000":
        raise RuntimeError(f"payInApi was answered {status} {answer}")
    return answer["data"]["platFormTradeNo"]


def paid(connection, number):
    status, answer = post(connection, f"/sandbox/payins/{number}", {"action": "pay", "amount": "300"}, {})
    if status != 200:
        raise RuntimeError(f"the payment was answered {status} {answer}")


class Server:
    """A published server on a new database, until it is left."""

    def __init__(self, folder, engine):
        self.folder, self.engine, self.numbers = folder, engine, {}

    def __enter__(self):
        self.port, self.scratch, self.postmaster = free_port(), tempfile.mkdtemp(), None
        os.chmod(self.scratch, 0o711)
        self.database = os.path.join(self.scratch, "postgres")
        environment = {
            **os.environ, "ASPNETCORE_URLS": f"http://127.0.0.1:{self.port}", "Paypro__Sandbox": "true", "Paypro__Database": self.engine, "Paypro__Metrics": "off",
            "ConnectionStrings__Paypro": f"Data Source={self.scratch}/paypro.db", "DOTNET_TieredPGO": "0",
        }
        if self.engine == "Postgres":
            environment["ConnectionStrings__Paypro"] = subprocess.check_output([f"{ROOT}/eng/postgres.sh", "start", self.database], text=True).strip()
            with open(f"{self.database}/data/postmaster.pid") as file:
                self.postmaster = int(file.readline())
        with open(os.path.join(self.scratch, "log"), "w") as log:
            self.process = subprocess.Popen(["dotnet", os.path.join(self.folder, "Paypro.Server.dll")], env=environment, cwd=self.scratch, stdout=log, stderr=log)
        for _ in range(600):
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                connection.request("GET", "/health/ready")
                if connection.getresponse().status == 200:
                    return self
            except OSError:
                pass
            time.sleep(0.1)
        sys.exit(f"cpu-pairs: {self.folder} does not become ready")

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)
        if self.postmaster:
            subprocess.run([f"{ROOT}/eng/postgres.sh", "stop", self.database], check=False)
        shutil.rmtree(self.scratch, ignore_errors=True)

    def spent(self):
        return cpu_of(self.process.pid)[0] + (cpu_of_tree(self.postmaster) if self.postmaster else 0)


def measure(old, new, engine, count):
    """For each kind of work the seconds of the old server and of the new one for 10,000."""
    with Server(old, engine) as first, Server(new, engine) as second:
        both = (first, second)

        def create(name):
            return lambda server, connection, i: server.numbers.__setitem__((name, i), pay_in(connection, f"{name}{i:08d}"))

        def pay(name):
            return lambda server, connection, i: paid(connection, server.numbers[(name, i)])

        def seconds(count, work):
            began = [server.spent() for server in both]
            in_threads(both, count, work)
            return [(server.spent() - then) * 10_000 / count for server, then in zip(both, began)]

        seconds(WARM, create("w"))
        seconds(WARM // OUTCOMES_PART, pay("w"))
        return seconds(count, create("t")), seconds(count // OUTCOMES_PART, pay("t"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("old")
    parser.add_argument("new")
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--count", type=int, default=9000)
    parser.add_argument("--engine", choices=("Sqlite", "Postgres"), help="both without it")
    given = parser.parse_args()
    for engine in (given.engine,) if given.engine else ("Sqlite", "Postgres"):
        kinds = ("payInApi", "outcomes")
        pairs = []
        for no in range(given.pairs):
            pairs.append(measure(given.old, given.new, engine, given.count))
            print(f"{engine} pair {no + 1}: " + ", ".join(
                f"{kind} {old:.1f} → {new:.1f} s ({new / old:.2f}×)" for kind, (old, new) in zip(kinds, pairs[-1])), flush=True)
        for what, kind in enumerate(kinds):
            old, new = ([pair[what][side] for pair in pairs] for side in (0, 1))
            ratios = sorted(n / o for o, n in zip(old, new))
            print(f"| {engine} | 10,000 {kind} | {statistics.median(old):.1f} | {statistics.median(new):.1f} "
                  f"| {statistics.median(ratios):.2f}× ({ratios[0]:.2f} – {ratios[-1]:.2f}) |", flush=True)


if __name__ == "__main__":
    main()
