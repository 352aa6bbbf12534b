# docker build -t dipg .                                  for any CPU
# docker build -t dipg:cuda --build-arg DEVICE=cuda .     for NVIDIA GPUs: docker run --gpus all …
# docker run --rm -p 127.0.0.1:7860:7860 -v dipg-data:/data dipg
ARG DEVICE=cpu

FROM python:3.12-slim-bookworm AS base
ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1
RUN useradd --uid 1000 --create-home dipg && install --directory --owner=dipg --group=dipg /data

FROM base AS torch-cpu
RUN pip install --no-cache-dir --index-url https://download.pytorch.org/whl/cpu torch==2.11.0

FROM base AS torch-cuda
# A C compiler: torch compiles the steps of the unquantised model for the card at hand.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends gcc libc6-dev \
    && rm -rf /var/lib/apt/lists/*
RUN pip install --no-cache-dir torch==2.11.0
ENV NVIDIA_VISIBLE_DEVICES=all \
    NVIDIA_DRIVER_CAPABILITIES=compute,utility

# hadolint ignore=DL3006
FROM torch-${DEVICE} AS app
WORKDIR /app
COPY requirements.txt requirements-postgres.txt requirements-openenv.txt ./
RUN pip install --no-cache-dir -r requirements.txt -r requirements-postgres.txt -r requirements-openenv.txt
COPY LICENSE NOTICE README.md app.py ./
COPY assets assets
COPY evaluator evaluator
COPY dipg_ui dipg_ui
USER 1000:1000
# Runs, the converted weights and fetched models outlive the container.
ENV DIPG_HOST=0.0.0.0 \
    DIPG_PORT=7860 \
    DIPG_DATA_DIR=/data \
    HF_HOME=/data/hub
VOLUME /data
EXPOSE 7860
HEALTHCHECK --interval=30s --timeout=5s --start-period=2m \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['DIPG_PORT'] + '/healthz', timeout=4)"]
CMD ["python", "app.py"]
