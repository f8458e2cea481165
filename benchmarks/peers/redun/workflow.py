"""What the files in benchmarks/workflows do, as one writes it for redun."""

from typing import List

from redun import script, task

redun_namespace = "bench"


@task()
def no_op(x: int) -> int:
    return x


@task()
def fan_out(width: int) -> List[int]:
    return [no_op(x) for x in range(width)]


@task()
def fib(n: int) -> int:
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)


@task()
def echo(x: int) -> str:
    return script(f"echo {x}")


@task()
def echo_all(width: int) -> List[str]:
    return [echo(x) for x in range(width)]


@task()
def one() -> int:
    return 1


@task()
def trivial() -> int:
    return one()
