"""The MHN-transformers in PyTorch: a batch at once, gradients by hand, on one thread."""

from dataclasses import replace

import numpy as np
import torch
from torch.nn.functional import one_hot

from mhn_transformers import BATCH

torch.set_num_threads(1)
torch.set_grad_enabled(False)


class TorchTransformer:
    """W_Q and W_K are (3 L, N), W_V is (3 L, 2). A loaded unit is one row: its key (N), its value (2), its item (3 L)."""

    name = "torch"
    block = 10  # Iterations of a timed repetition.

    def __init__(self, settings, seed, weights, dtype=torch.float32):
        self.settings = settings
        self.query, self.key, self.value = (torch.tensor(part, dtype=dtype) for part in weights)
        self.generator = torch.Generator().manual_seed(seed)
        self.batch = torch.arange(BATCH)
        self.identity = torch.eye(3 * settings.letters, dtype=dtype)
        self.targets = torch.eye(2, dtype=dtype)
        self.module = torch.zeros(BATCH, settings.hidden, settings.width + 2 + 3 * settings.letters, dtype=dtype)
        self.inputs = self.module.new_zeros(BATCH, settings.hidden, 3 * settings.letters)

    def draw(self):
        """Tokens (64, C), query tokens, cases; and a fresh module."""
        settings, generator = self.settings, self.generator
        order = torch.rand(BATCH, settings.letters, generator=generator).argsort(dim=1)[:, : settings.context]
        cases = torch.randint(0, 2, order.shape, generator=generator)
        asked = torch.randint(0, settings.context, (BATCH,), generator=generator)
        items = order + settings.letters * cases
        if settings.model != "baseline":
            if settings.loading == "keys":
                self.module.uniform_(generator=generator)
                self.module[:, :, : settings.width] *= 0.5
            else:
                self.module[:, :, : settings.width] = 0
                self.module[:, :, settings.width :].uniform_(generator=generator)
            if settings.loading == "item":
                self.inputs.uniform_(generator=generator)
        return items, 2 * settings.letters + order[self.batch, asked], cases[self.batch, asked]

    def give(self, keys, contents, inputs):
        """The modules' start weights for the next step."""
        self.module.copy_(torch.cat([torch.tensor(keys), torch.tensor(contents)], dim=2))
        self.inputs.copy_(torch.tensor(inputs))

    def load(self, items):
        """Loads the contexts into the modules, item by item."""
        settings = self.settings
        rows = torch.cat([self.key, self.value, self.identity], dim=1)[items]
        keys = self.module[:, :, : settings.width]
        for place in range(settings.context):
            row, item = rows[:, place], items[:, place]
            if settings.loading == "item":
                scores = self.inputs[self.batch, :, item]
            else:
                scores = torch.bmm(keys, row[:, : settings.width, None])[:, :, 0]
                if settings.loading == "projections":
                    scores[self.batch, item] += settings.strength
            winners = scores.argmax(dim=1)
            self.module[self.batch, winners] = row
            if settings.loading == "item":
                self.inputs[self.batch, winners] = self.identity[item]

    def step(self, items, asked, cases):
        """One update from a batch; the number of right answers and the loss."""
        if self.settings.model == "baseline":
            return self.step_baseline(items, asked, cases)
        self.load(items)
        settings, width, beta = self.settings, self.settings.width, self.settings.beta
        keys, contents, values = self.module[:, :, :width], self.module[:, :, width:], self.module[:, :, width : width + 2]
        query, targets = self.query[asked], self.targets[cases]
        shares = (beta * torch.bmm(keys, query[:, :, None])[:, :, 0]).softmax(dim=1)
        outputs = torch.bmm(shares[:, None], contents)[:, 0]
        answers, reinstated = outputs[:, :2], outputs[:, 2:]
        errors, answer_errors = reinstated @ self.value - targets, answers - targets

        # W_KH^T J W_HI^T W_V^T e, from the right.
        back = torch.bmm(contents[:, :, 2:], (errors @ self.value.T)[:, :, None])[:, :, 0]
        query_change = torch.bmm(times_jacobian(shares, back)[:, None], keys)[:, 0]
        value_errors = answer_errors if settings.values == "mhn" else errors

        if settings.model == "mhn":
            shares = (beta * torch.bmm(keys, (reinstated @ self.key)[:, :, None])[:, :, 0]).softmax(dim=1)
            again = torch.bmm(shares[:, None], values)[:, 0] - targets
            back = torch.bmm(values, again[:, :, None])[:, :, 0]
            key_change = 2 * beta * torch.bmm(times_jacobian(shares, back)[:, None], keys)[:, 0]
        elif settings.model == "qk":
            key_change = 2 * (reinstated @ self.key - query)
        elif settings.model == "hebbian":
            key_change = -query
        if settings.model != "fixed":
            self.key.addmm_(reinstated.T, key_change, alpha=-settings.rate_key)
        self.query.index_add_(0, asked, query_change, alpha=-2 * beta * settings.rate_query)
        self.value.addmm_(reinstated.T, value_errors, alpha=-2 * settings.rate_value)
        return (answers.argmax(dim=1) == cases).sum(), answer_errors.square().sum() / BATCH

    def step_baseline(self, items, asked, cases):
        settings, beta = self.settings, self.settings.beta
        keys, values, query = self.key[items], self.value[items], self.query[asked]
        logits = beta * torch.bmm(keys, query[:, :, None])[:, :, 0]
        published = settings.form == "published-2025"
        shares = (logits / settings.width**0.5 if published else logits).softmax(dim=1)
        answers = torch.bmm(shares[:, None], values)[:, 0]
        errors = answers - self.targets[cases]
        if published:
            shares = logits.softmax(dim=1)
        change = times_jacobian(shares, torch.bmm(values, errors[:, :, None])[:, :, 0])
        query_change = torch.bmm(change[:, None], keys)[:, 0]
        key_change = (change[:, :, None] * query[:, None]).flatten(0, 1)
        value_change = (shares[:, :, None] * errors[:, None]).flatten(0, 1)
        self.key.index_add_(0, items.flatten(), key_change, alpha=-2 * beta * settings.rate_key)
        self.query.index_add_(0, asked, query_change, alpha=-2 * beta * settings.rate_query)
        self.value.index_add_(0, items.flatten(), value_change, alpha=-2 * settings.rate_value)
        return (answers.argmax(dim=1) == cases).sum(), errors.square().sum() / BATCH

    def iterate(self, iterations):
        """Shares of right answers, and losses, of each iteration."""
        found = [self.step(*self.draw()) for _ in range(iterations)]
        correct, losses = (torch.stack(part) for part in zip(*found))
        return (correct / BATCH).numpy(), losses.numpy()

    def weights(self):
        return self.query.numpy(), self.key.numpy(), self.value.numpy()


def times_jacobian(shares, back):
    """(diag(a) - a a^T) u for each row of the batch."""
    return shares * (back - (shares * back).sum(dim=1, keepdim=True))


def automatic_gradients(settings, module, weights, items, asked, cases):
    """Gradients of W_Q, W_K and W_V by automatic differentiation of the losses.

    The module is loaded and a constant; so are the reinstated item and the query in W_K's losses. None for W_V where its
    update is the gradient of no loss.
    """
    query, key, value = (part.clone().requires_grad_() for part in weights)
    targets = one_hot(cases, 2)
    with torch.enable_grad():
        if settings.model == "baseline":
            logits = settings.beta * torch.einsum("bn,bcn->bc", query[asked], key[items])
            outputs = torch.einsum("bc,bco->bo", logits.softmax(dim=1), value[items])
            return torch.autograd.grad(((outputs - targets) ** 2).sum(), (query, key, value))
        keys, values, contents = module.split([settings.width, 2, 3 * settings.letters], dim=2)

        def read(vectors, what):
            return torch.einsum("bh,bhx->bx", torch.softmax(settings.beta * (keys * vectors[:, None]).sum(2), 1), what)

        reinstated = read(query[asked], contents)
        loss = ((reinstated @ value - targets) ** 2).sum()
        of_query, of_value = torch.autograd.grad(loss, (query, value))
        if settings.values == "mhn":
            of_value = None
        reinstated, asked_queries = reinstated.detach(), query[asked].detach()
        if settings.model == "mhn":
            loss = ((read(reinstated @ key, values) - targets) ** 2).sum()
        elif settings.model == "qk":
            loss = ((reinstated @ key - asked_queries) ** 2).sum()
        elif settings.model == "hebbian":
            loss = -(asked_queries * (reinstated @ key)).sum()
        else:
            return of_query, torch.zeros_like(key), of_value
        return of_query, torch.autograd.grad(loss, key)[0], of_value


def largest_gradient_error(settings, batch):
    """Of the changes in a step of rates 1, in double precision, relative to the largest entry of each gradient."""
    settings = replace(settings, rate_query=1.0, rate_key=1.0, rate_value=1.0)
    data = [torch.tensor(part) for part in batch[:3]]
    program = TorchTransformer(settings, 0, settings.starting(np.random.default_rng(1)), torch.float64)
    program.give(*batch[3:])
    before = [part.clone() for part in (program.query, program.key, program.value)]
    program.step(*data)
    after = program.query, program.key, program.value
    errors = []
    for old, new, expected in zip(before, after, automatic_gradients(settings, program.module, before, *data)):
        if expected is not None:
            largest = float(expected.abs().max()) or 1.0
            errors.append(float((old - new - expected).abs().max()) / largest)
    return max(errors)
